using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>A recording that begins with a connection.</summary>
/// <param name="Order">For the desktop proxy.</param>
/// <param name="Writes">Of the commit that opens the connection: no byte goes over it before they are done.</param>
internal sealed record StartedRecording(RecordingOrder Order, IReadOnlyList<DocumentWrite> Writes);

/// <summary>Decides whether a connection is recorded, and makes the recording before its first byte.</summary>
internal sealed class RecordingStart(
    RecordingDocuments documents, RecordingKeys keys, ChunkStores stores, RecordingWatch watch, IAuditLog audit, SortableIds ids, IOptions<RecordingOptions> options, TimeProvider time)
{
    private const string Off = "off";
    private const string WithKeys = "keys";

    public static bool IsWanted(SessionPolicy session) => session.Recording != Off;

    /// <summary>Why a desktop of this policy cannot be opened now; null when it can.</summary>
    public async Task<Problem?> RefusalAsync(SessionPolicy session, CancellationToken cancellationToken)
    {
        if (!IsWanted(session))
        {
            return null;
        }

        if (await stores.Current.CheckAsync(cancellationToken) is { } fault)
        {
            watch.Tell(fault);
            return RecordingProblems.Unavailable(fault.Why);
        }

        var used = options.Value.QuotaGigabytes > 0 ? (await documents.Usage.GetAsync(RecordingUsage.All, cancellationToken))?.Value.Bytes ?? 0 : -1;
        return used >= (long)options.Value.QuotaGigabytes << 30 ? RecordingProblems.Unavailable("they take up all the room that they may.") : null;
    }

    /// <summary>Null when the policy wants none.</summary>
    public StartedRecording? Begin(Connection connection, Desktop desktop, SessionPolicy session)
    {
        if (!IsWanted(session))
        {
            return null;
        }

        var (id, now) = (ids.Next(), time.GetUtcNow());
        var days = Math.Min(session.RecordingRetentionDays ?? SessionPolicy.UsualRetentionDays, options.Value.LongestDays);
        var (@sealed, forProxy) = keys.Make(id);
        var recording = new Recording
        {
            Id = id,
            Connection = connection.Id,
            Desktop = desktop.Id,
            DesktopName = desktop.Name,
            Owner = desktop.Owner,
            OwnerName = desktop.OwnerName,
            Viewer = connection.Account,
            ViewerName = connection.AccountName,
            Keys = session.Recording == WithKeys,
            State = RecordingState.Recording,
            StartedAt = now,
            RetentionDays = days,
            ExpiresAt = now.AddDays(days),
            Place = stores.Current.Name,
            SealedKey = @sealed,
        };
        var order = new RecordingOrder(id, recording.Keys, forProxy, (long)options.Value.MaximumMegabytes << 20, options.Value.MaximumHours * 3600, options.Value.ChunkKilobytes << 10);
        var actor = new Actor(connection.Account, connection.AccountName, [], [], connection.SessionId, connection.Address);
        var told = $"connection {connection.Id} to {desktop.OwnerName}'s desktop \"{desktop.Name}\", {(recording.Keys ? "screen and keys" : "screen")}, kept {days} days";
        return new StartedRecording(order, [documents.Recordings.Add(recording), audit.Entry(actor, AuditActions.RecordingStart, $"recording/{id}", AuditResults.Accepted, told)]);
    }
}
