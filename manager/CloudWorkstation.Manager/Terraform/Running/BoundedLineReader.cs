using System.Buffers;
using System.Text;

namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>Splits a stream into lines with bounded memory: what goes beyond the limit of one line is dropped.</summary>
internal sealed class BoundedLineReader(Stream stream, int maximumLineBytes)
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> line = new();
    private int position;
    private int filled;

    /// <summary>The next line without its end, or null at the end of the stream. A last line without an end counts.</summary>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        line.ResetWrittenCount();
        var any = false;
        while (true)
        {
            if (position == filled)
            {
                position = 0;
                filled = await stream.ReadAsync(buffer, cancellationToken);
                if (filled == 0)
                    return any ? Text() : null;
            }

            any = true;
            var rest = buffer.AsSpan(position, filled - position);
            var end = rest.IndexOf((byte)'\n');
            Append(end < 0 ? rest : rest[..end]);
            position += end < 0 ? rest.Length : end + 1;
            if (end >= 0)
                return Text();
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var room = maximumLineBytes - line.WrittenCount;
        line.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    private string Text() => Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\r');
}
