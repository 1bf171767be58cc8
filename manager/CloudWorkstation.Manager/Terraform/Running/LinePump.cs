namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>Carries the lines of a process's two streams to one receiver, one line at a time.</summary>
internal sealed class LinePump(Func<string, bool, ValueTask> onLine, int maximumLineBytes) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the receiver threw. The pipes are no longer emptied then, so the process must be ended.</summary>
    public Task Failed => failed.Task;

    public async Task PumpAsync(Stream stream, bool isError)
    {
        BoundedLineReader reader = new(stream, maximumLineBytes);
        while (await reader.ReadLineAsync(stop.Token) is { } line)
            await DeliverAsync(line, isError);
    }

    public Task StopAsync() => stop.CancelAsync();

    public void Dispose()
    {
        stop.Dispose();
        one.Dispose();
    }

    private async Task DeliverAsync(string line, bool isError)
    {
        await one.WaitAsync(stop.Token);
        try
        {
            await onLine(line, isError);
        }
        catch
        {
            failed.TrySetResult();
            throw;
        }
        finally
        {
            one.Release();
        }
    }
}
