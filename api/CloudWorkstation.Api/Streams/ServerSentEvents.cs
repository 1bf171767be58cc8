using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace CloudWorkstation.Api.Streams;

/// <summary>One message of a stream.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="Data">One line of JSON in UTF-8.</param>
/// <param name="Id">What the listener sends back as <c>Last-Event-ID</c>; null to leave it as it is.</param>
public readonly record struct ServerSentEvent(string Event, ReadOnlyMemory<byte> Data, string? Id = null);

/// <summary>
/// Writes messages as <c>text/event-stream</c>. A listener costs one waiting task and no buffer of its own: what is due is written
/// straight into the connection's pipe, and a listener that reads slowly holds back only itself.
/// </summary>
public sealed class ServerSentEvents(PipeWriter output, TimeProvider time, TimeSpan heartbeat)
{
    /// <summary>Unsent bytes after which a burst is flushed in between.</summary>
    private const long FlushAt = 16 * 1024;

    /// <summary>Tells the browser to come back this soon; and, being the first bytes, that the stream stands.</summary>
    public async Task BeginAsync(TimeSpan retry, CancellationToken cancellationToken)
    {
        Text(string.Create(CultureInfo.InvariantCulture, $"retry: {(int)retry.TotalMilliseconds}\n\n"));
        await output.FlushAsync(cancellationToken);
    }

    public async Task PumpAsync(IAsyncEnumerable<ServerSentEvent> messages, CancellationToken cancellationToken)
    {
        await using var source = messages.GetAsyncEnumerator(cancellationToken);
        var beat = Task.Delay(heartbeat, time, cancellationToken);
        while (true)
        {
            var next = source.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                await output.FlushAsync(cancellationToken);
                beat = await BeatUntilAsync(next, beat, cancellationToken);
            }

            if (!await next)
            {
                await output.FlushAsync(cancellationToken);
                return;
            }

            Write(source.Current);
            if (output.CanGetUnflushedBytes && output.UnflushedBytes > FlushAt)
            {
                await output.FlushAsync(cancellationToken);
            }
        }
    }

    public async Task EndAsync(ServerSentEvent last)
    {
        Write(last);
        await output.FlushAsync(CancellationToken.None);
    }

    private async Task<Task> BeatUntilAsync(Task<bool> waiting, Task beat, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(waiting, beat) == beat && !waiting.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            Text(":\n\n");
            await output.FlushAsync(cancellationToken);
            beat = Task.Delay(heartbeat, time, cancellationToken);
        }

        return beat;
    }

    private void Write(ServerSentEvent message)
    {
        if (message.Id is not null)
        {
            Text("id: " + message.Id + "\n");
        }

        Text("event: " + message.Event + "\ndata: ");
        output.Write(message.Data.Span);
        Text("\n\n");
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, output);
}
