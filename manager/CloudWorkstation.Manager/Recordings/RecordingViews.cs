using System.Collections.Concurrent;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Records who watched what: once for a person's sitting, however many parts the player fetches, and at the same time.</summary>
internal sealed class RecordingViews(IAuditLog audit, TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<(string Who, string Recording), Sitting> sittings = new();

    /// <summary>Done when it is on record; nothing may be shown before.</summary>
    public async Task RecordAsync(Actor actor, Recording recording, CancellationToken cancellationToken)
    {
        var (key, now) = (($"{actor.AccountId}/{actor.SessionId}", recording.Id), time.GetUtcNow());
        if (sittings.Count >= Most)
        {
            sittings.Clear();
        }

        // Not cancelled by the one that began it: others wait for it too.
        var begun = new Sitting(now, new Lazy<Task>(() => WriteAsync(actor, recording)));
        var sitting = sittings.AddOrUpdate(key, begun, (_, known) => now - known.BeganAt < Longest ? known : begun);
        try
        {
            await sitting.Recorded.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (sitting.Recorded.Value.IsFaulted)
            {
                sittings.TryRemove(new KeyValuePair<(string, string), Sitting>(key, sitting));
            }
        }
    }

    private async Task WriteAsync(Actor actor, Recording recording) => await audit.RecordAsync(
        actor, AuditActions.RecordingView, $"recording/{recording.Id}", AuditResults.Accepted,
        $"{recording.OwnerName}'s desktop \"{recording.DesktopName}\" of {recording.StartedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", CancellationToken.None);

    private sealed record Sitting(DateTimeOffset BeganAt, Lazy<Task> Recorded);
}
