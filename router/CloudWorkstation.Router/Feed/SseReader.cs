using System.Runtime.CompilerServices;
using System.Text;

namespace CloudWorkstation.Router.Feed;

/// <summary>One event of a server-sent event stream.</summary>
internal readonly record struct SseEvent(string Kind, string Data);

/// <summary>Reads <c>text/event-stream</c> as far as the feed uses it, and gives up on a stream that says nothing at all for too long.</summary>
internal static class SseReader
{
    /// <summary>The kind under which comments, the sender's heartbeat, are handed on.</summary>
    public const string Comment = "comment";

    /// <exception cref="TimeoutException">No line, not even a comment, for <paramref name="silence"/>.</exception>
    public static async IAsyncEnumerable<SseEvent> ReadAsync(
        Stream stream, TimeSpan silence, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var kind = "message";
        var data = new StringBuilder();
        while (await ReadLineAsync(reader, silence, time, cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    yield return new SseEvent(kind, data.ToString());
                }

                kind = "message";
                data.Clear();
            }
            else if (line[0] == ':')
            {
                yield return new SseEvent(Comment, "");
            }
            else if (Field(line, "event:") is { } name)
            {
                kind = name;
            }
            else if (Field(line, "data:") is { } text)
            {
                data.Append(data.Length > 0 ? "\n" : "").Append(text);
            }
        }
    }

    private static string? Field(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..].TrimStart(' ') : null;

    private static async ValueTask<string?> ReadLineAsync(StreamReader reader, TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await reader.ReadLineAsync(either.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The feed was silent for {silence.TotalSeconds} s.", e);
        }
    }
}
