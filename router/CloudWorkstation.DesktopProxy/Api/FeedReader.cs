using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace CloudWorkstation.DesktopProxy.Api;

/// <summary>Reads server-sent events (WHATWG HTML, section 9.2) and notices when the line has gone dead.</summary>
internal static class FeedReader
{
    private const int MaximumLine = 64 * 1024;

    /// <summary>Yields messages until the stream ends.</summary>
    /// <exception cref="TimeoutException">Nothing, not even a heartbeat, came for <paramref name="silence"/>.</exception>
    public static async IAsyncEnumerable<FeedMessage> ReadAsync(
        Stream stream, TimeSpan silence, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (name, data) = ("", "");
        while (await ReadLineAsync(reader, silence, time, cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (Parse(name, data) is { } message)
                {
                    yield return message;
                }

                (name, data) = ("", "");
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal) && data.Length < MaximumLine)
            {
                data += line[5..];
            }
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await reader.ReadLineAsync(either.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The feed was silent for {silence.TotalSeconds:0} s.", e);
        }
    }

    private static FeedMessage? Parse(string name, string data)
    {
        if (name.Length == 0)
        {
            return null;
        }

        try
        {
            var members = data.Length == 0 ? null : JsonSerializer.Deserialize(data, ApiJson.Default.FeedMessage);
            return (members ?? new FeedMessage(null, null, null, null, null, null, null)) with { Event = name };
        }
        catch (JsonException)
        {
            // A message that cannot be read is skipped: the next report settles what it would have said.
            return null;
        }
    }
}
