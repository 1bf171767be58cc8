namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>A value fetched from elsewhere: once for all who wait, kept for an hour, for a day when it cannot be fetched again.</summary>
internal sealed class Remembered<T>(Func<CancellationToken, Task<Outcome<T>>> fetch, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Usable = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenRepeats = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim turn = new(1);
    private volatile Known? known;
    private Failed? failed;
    private long? repeatedAt;

    public async Task<Outcome<T>> GetAsync(CancellationToken cancellationToken) =>
        known is { } value && Age(value.At) < Fresh ? value.Value : await InTurnAsync(() => known is { } other && Age(other.At) < Fresh, cancellationToken);

    /// <summary>A newer one than the caller has seen; asked for again at most twice a minute.</summary>
    public Task<Outcome<T>> GetAgainAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        return InTurnAsync(() => (known is { } other && other.At > asked) || !MayRepeat(), cancellationToken);
    }

    public void Dispose() => turn.Dispose();

    private bool MayRepeat()
    {
        if (known is not null && repeatedAt is { } last && Age(last) < BetweenRepeats)
        {
            return false;
        }

        repeatedAt = time.GetTimestamp();
        return true;
    }

    private async Task<Outcome<T>> InTurnAsync(Func<bool> isGood, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!isGood() && !(failed is { } last && Age(last.At) < AfterFailure))
            {
                await FetchAsync(cancellationToken);
            }

            return known is { } usable && Age(usable.At) < Usable ? usable.Value : failed!.Problem;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var outcome = await fetch(cancellationToken);
        failed = outcome.Problem is { } problem ? new Failed(problem, asked) : null;
        known = outcome.Succeeded ? new Known(outcome.Value, asked) : known;
    }

    private TimeSpan Age(long timestamp) => time.GetElapsedTime(timestamp);

    private sealed record Known(T Value, long At);

    private sealed record Failed(Problem Problem, long At);
}
