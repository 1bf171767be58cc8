namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>As many runs at once as the machine's (or the container's) memory is good for; the others wait their turn.</summary>
internal sealed class MemoryGate : IDisposable
{
    private const double Share = 0.75;
    private const long Megabyte = 1024 * 1024;

    private readonly SemaphoreSlim? turns;

    public MemoryGate(int megabytesPerRun)
        : this(megabytesPerRun, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
    {
    }

    internal MemoryGate(int megabytesPerRun, long memory)
    {
        if (megabytesPerRun > 0)
            turns = new(Most = (int)Math.Max(1, memory * Share / (megabytesPerRun * Megabyte)));
    }

    public int Most { get; } = int.MaxValue;

    public async Task<IDisposable> EnterAsync(CancellationToken stop)
    {
        if (turns is not null)
            await turns.WaitAsync(stop);
        return new Turn(turns);
    }

    public void Dispose() => turns?.Dispose();

    private sealed class Turn(SemaphoreSlim? turns) : IDisposable
    {
        public void Dispose() => turns?.Release();
    }
}
