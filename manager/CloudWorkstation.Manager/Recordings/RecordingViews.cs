using System.Collections.Concurrent;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Records who watched what: once for a person's sitting, however many parts the player fetches.</summary>
internal sealed class RecordingViews(IAuditLog audit, TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Sitting = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<(string Who, string Recording), DateTimeOffset> recorded = new();

    public async Task RecordAsync(Actor actor, Recording recording, CancellationToken cancellationToken)
    {
        var (key, now) = (($"{actor.AccountId}/{actor.SessionId}", recording.Id), time.GetUtcNow());
        if (recorded.TryGetValue(key, out var last) && now - last < Sitting)
        {
            return;
        }

        await audit.RecordAsync(actor, AuditActions.RecordingView, $"recording/{recording.Id}", AuditResults.Accepted, $"{recording.OwnerName}'s desktop \"{recording.DesktopName}\" of {recording.StartedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", cancellationToken);
        if (recorded.Count >= Most)
        {
            recorded.Clear();
        }

        recorded[key] = now;
    }
}
