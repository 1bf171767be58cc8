using System.IO.Compression;
using System.Security.Cryptography;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>
/// Makes chunks of segments: deflated where that saves something, encrypted always. What a desktop with lossy encodings sends is compressed
/// already; once it turned out so, only every eighth chunk is tried.
/// </summary>
internal sealed class ChunkMaker : IDisposable
{
    private const int TryEvery = 8;
    private readonly string _recording;
    private readonly AesGcm _key;
    private readonly byte[] _chunk = new byte[ChunkSeal.MaximumBytes];
    private readonly byte[] _deflated = new byte[ChunkSeal.MaximumContent];
    private int _untilNextTry;

    public ChunkMaker(string recording, byte[] key)
    {
        _recording = recording;
        _key = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
    }

    /// <summary>The chunk is good until the next one is made.</summary>
    public ReadOnlyMemory<byte> Make(uint number, Segment segment)
    {
        var deflated = TryDeflate(segment.Content);
        var head = new ChunkHead(number, segment.From, segment.To, segment.Length, deflated > 0);
        var length = ChunkSeal.Seal(_key, _recording, head, deflated > 0 ? _deflated.AsSpan(0, deflated) : segment.Content, _chunk);
        return _chunk.AsMemory(0, length);
    }

    public void Dispose()
    {
        _deflated.AsSpan().Clear();
        _key.Dispose();
    }

    /// <summary>0 where it is not worth it.</summary>
    private int TryDeflate(ReadOnlySpan<byte> content)
    {
        if (_untilNextTry-- > 0)
        {
            return 0;
        }

        // At most nine tenths; what needs more does not fit, and is stored as it is.
        var target = new MemoryStream(_deflated, 0, content.Length - (content.Length / 10));
        try
        {
            using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(content);
            }

            _untilNextTry = 0;
            return (int)target.Position;
        }
        catch (NotSupportedException)
        {
            _untilNextTry = TryEvery - 1;
            return 0;
        }
    }
}
