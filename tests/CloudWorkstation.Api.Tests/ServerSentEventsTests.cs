using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using CloudWorkstation.Api.Streams;

namespace CloudWorkstation.Api.Tests;

public sealed class ServerSentEventsTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_quiet_stream_shows_again_and_again_that_it_lives()
    {
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe();
        var stream = new ServerSentEvents(pipe.Writer, TimeProvider.System, TimeSpan.FromMilliseconds(20));
        var pumping = stream.PumpAsync(Quiet(stop.Token), stop.Token);
        (await ReadUntilAsync(pipe.Reader, ":\n\n:\n\n:\n\n")).ShouldStartWith("event: first\ndata: {}\n\n:\n\n");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pumping);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_listener_that_does_not_read_holds_the_source_back_instead_of_filling_memory()
    {
        var produced = 0;
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        var stream = new ServerSentEvents(pipe.Writer, TimeProvider.System, TimeSpan.FromMinutes(1));
        var pumping = stream.PumpAsync(Endless(() => produced++), stop.Token);
        pumping.IsCompleted.ShouldBeFalse();
        produced.ShouldBeInRange(10, 200);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pumping);
    }

    private static async IAsyncEnumerable<ServerSentEvent> Quiet([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ServerSentEvent("first", "{}"u8.ToArray());
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async IAsyncEnumerable<ServerSentEvent> Endless(Action produced)
    {
        var data = Encoding.ASCII.GetBytes('"' + new string('x', 1024) + '"');
        while (true)
        {
            produced();
            yield return new ServerSentEvent("much", data);
            await Task.CompletedTask;
        }
    }

    private static async Task<string> ReadUntilAsync(PipeReader reader, string wanted)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            var text = Encoding.UTF8.GetString(read.Buffer);
            if (text.Contains(wanted, StringComparison.Ordinal))
            {
                return text;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
