namespace CloudWorkstation.Manager.Terraform.Providers;

/// <summary>
/// Provider processes that serve one run after the other, never two at once: each run sets the provider up anew, and that is global to the
/// process. They are used again only for the same binary and the same environment, only after a run that succeeded, and not for ever.
/// </summary>
internal sealed class ProviderPool : IDisposable
{
    private const int MostRuns = 50;
    private static readonly TimeSpan OldestAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(5);

    private readonly TerraformOptions options;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly List<(string Identity, ProviderProcess Process)> idle = [];
    private readonly ITimer sweep;
    private bool disposed;

    public ProviderPool(TerraformOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        sweep = time.CreateTimer(_ => End(Surplus()), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    /// <returns>Null where Terraform has to start the provider itself.</returns>
    public async Task<ProviderLease?> RentAsync(TerraformRequest request, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        if (!options.ReuseProvider || options.Mirror is not { Length: > 0 } mirror || stop.IsCancellationRequested)
            return null;
        var package = await Task.Run(() => ProviderPackage.Find(new(mirror), request.ModuleDirectory), CancellationToken.None);
        if (package is null)
            return null;
        var own = ProviderEnvironment.Of(environment);
        var identity = $"{package.Binary}\n{ProviderEnvironment.Identity(own)}";
        var process = Idle(identity) ?? await ProviderProcess.StartAsync(package.Binary, own, options.OrphanGrace, time, stop);
        return process is null ? null : new(this, identity, process);
    }

    public void Dispose()
    {
        sweep.Dispose();
        List<ProviderProcess> all;
        lock (gate)
        {
            disposed = true;
            all = [.. idle.Select(one => one.Process)];
            idle.Clear();
        }

        End(all);
    }

    internal void Return(string identity, ProviderProcess process, bool good)
    {
        process.Runs++;
        process.IdleSince = time.GetUtcNow();
        lock (gate)
        {
            if (good && !disposed && IsFit(process))
            {
                idle.Add((identity, process));
                return;
            }
        }

        process.Dispose();
    }

    private ProviderProcess? Idle(string identity)
    {
        End(Surplus());
        lock (gate)
        {
            // The one that was used last: the others may grow old.
            var index = idle.FindLastIndex(one => one.Identity == identity);
            if (index < 0)
                return null;
            var found = idle[index].Process;
            idle.RemoveAt(index);
            return found;
        }
    }

    private List<ProviderProcess> Surplus()
    {
        lock (gate)
        {
            var surplus = idle.Where(one => !IsFit(one.Process)).ToList();
            surplus.ForEach(one => idle.Remove(one));
            return [.. surplus.Select(one => one.Process)];
        }
    }

    private bool IsFit(ProviderProcess process) =>
        process.IsAlive && process.Runs < MostRuns && time.GetUtcNow() - process.StartedAt < OldestAge && time.GetUtcNow() - process.IdleSince < LongestIdle;

    private static void End(List<ProviderProcess> processes) => processes.ForEach(process => process.Dispose());
}

/// <summary>A provider while one run has it.</summary>
internal sealed class ProviderLease(ProviderPool pool, string identity, ProviderProcess process) : IDisposable
{
    public string Attachment => process.Attachment;

    public bool IsAlive => process.IsAlive;

    /// <value>Whether the run succeeded; otherwise nobody knows what the provider is in the middle of.</value>
    public bool Good { get; set; }

    public void Dispose() => pool.Return(identity, process, Good);
}
