namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>How an attempt to take a lock ended.</summary>
internal abstract record LockResult
{
    /// <param name="ETag">Names the lock as we wrote it.</param>
    /// <param name="Before">The dead attempt that it was taken from; null when it was free.</param>
    public sealed record Held(string ETag, RunHolder? Before) : LockResult;

    public sealed record Refused(LockInfo By) : LockResult;
}

/// <summary>
/// Terraform's own lock object, held by us around a run. The lock that Terraform writes cannot say which attempt holds it, so nobody could
/// tell a dead one's from a live one's. Ours can: it is taken over only from an attempt that the store says is over, after the time in
/// which what is left of it ends, and by one conditional write that fails when the lock is not the very one that was judged.
/// </summary>
internal sealed class StateLock(StateObjects objects, StateLocation location, TerraformRequest request, TerraformOptions options, TimeProvider time)
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Clocks of two machines, and a heartbeat that was on its way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly LockInfo mine = LockInfo.Of(request.Holder, location, time.GetUtcNow());

    public async Task<LockResult> TakeAsync(Func<string, ValueTask> tell, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        string? toldOf = null;
        while (true)
        {
            if (await objects.CreateAsync(location.LockKey, mine.ToJson(), stop) is { } etag)
                return new LockResult.Held(etag, Before: null);
            if (await objects.ReadAsync(location.LockKey, stop) is not { } found)
            {
                // Just given back; or S3 wants two that write at the same moment to try again.
                await Task.Delay(Blink, time, stop);
                continue;
            }

            var other = LockInfo.Read(found.Text);
            // Our own write whose answer was lost on the way.
            if (other.Id == mine.Id)
                return new LockResult.Held(found.ETag, Before: null);
            var freeAt = await FreeAtAsync(other, stop);
            if (freeAt <= time.GetUtcNow() && await objects.ReplaceAsync(location.LockKey, mine.ToJson(), found.ETag, stop) is { } taken)
                return new LockResult.Held(taken, other.Holder);
            if (freeAt is null && time.GetElapsedTime(begun) >= options.LockTimeout)
                return new LockResult.Refused(other);
            if (toldOf != other.Id)
                await tell(freeAt is null ? other.Sentence + " Waiting." : "The attempt before left its lock; waiting until what is left of it has ended.");
            toldOf = other.Id;
            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>Only ours: a lock that was taken from us meanwhile stays.</summary>
    public Task<bool> ReleaseAsync(LockResult.Held held, CancellationToken cancellationToken) => objects.DeleteAsync(location.LockKey, held.ETag, cancellationToken);

    // Null for a lock whose holder lives, or may live.
    private async Task<DateTimeOffset?> FreeAtAsync(LockInfo other, CancellationToken stop) =>
        other.Holder is { } holder && await request.OverSince(holder, stop) is { } over ? over + options.OrphanGrace + Margin : null;
}
