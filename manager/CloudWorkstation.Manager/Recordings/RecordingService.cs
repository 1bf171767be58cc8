using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Recordings.Chunks;

namespace CloudWorkstation.Manager.Recordings;

/// <inheritdoc cref="IRecordingService"/>
internal sealed class RecordingService(RecordingReader reader, RecordingChunks chunks, RecordingViews views, RecordingEnds ends, IAuditLog audit) : IRecordingService
{
    public Task<Outcome<Listing<Recording>>> ListAsync(Actor actor, RecordingFilter filter, CancellationToken cancellationToken) => reader.ListAsync(actor, filter, cancellationToken);

    public async Task<Outcome<Recording>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await reader.FindAsync(actor, id, cancellationToken) is { } found ? found : RecordingProblems.NotFound(id);

    public async Task<Outcome<IAsyncEnumerable<OpenedChunk>>> OpenAsync(Actor actor, string id, RecordingPart part, CancellationToken cancellationToken)
    {
        var found = await ViewableAsync(actor, id, AuditActions.RecordingView, cancellationToken);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        await views.RecordAsync(actor, found.Value, cancellationToken);
        return Outcome<IAsyncEnumerable<OpenedChunk>>.From(chunks.ReadAsync(found.Value, part, cancellationToken));
    }

    public async Task<Outcome<IAsyncEnumerable<TimelineMark>>> TimelineAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await ViewableAsync(actor, id, AuditActions.RecordingExport, cancellationToken);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        await audit.RecordAsync(actor, AuditActions.RecordingExport, $"recording/{id}", AuditResults.Accepted, null, cancellationToken);
        return Outcome<IAsyncEnumerable<TimelineMark>>.From(
            RecordingTimeline.OfAsync(found.Value, chunks.ReadAsync(found.Value, new RecordingPart(), cancellationToken), cancellationToken));
    }

    public async Task<Outcome<bool>> DeleteAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return RecordingProblems.NotFound(id);
        }

        if (!actor.May(Permissions.RecordingsManage))
        {
            await audit.RecordAsync(actor, AuditActions.RecordingDelete, $"recording/{id}", AuditResults.Refused, RecordingProblems.MayNotDelete.Code, cancellationToken);
            return RecordingProblems.MayNotDelete;
        }

        switch (await ends.ExpireAsync(id, actor, AuditActions.RecordingDelete, $"{found.OwnerName}'s desktop \"{found.DesktopName}\" of {found.StartedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", cancellationToken))
        {
            case null:
                return RecordingProblems.NotFound(id);
            case false:
                return found.State == RecordingState.Recording ? RecordingProblems.GoesOn : RecordingProblems.Busy;
        }

        try
        {
            await ends.RemoveAsync(id, cancellationToken);
            return true;
        }
        catch (RecordingPlaceException e)
        {
            return RecordingProblems.StillThere(e.Fault.Why);
        }
    }

    private async Task<Outcome<Recording>> ViewableAsync(Actor actor, string id, string action, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return RecordingProblems.NotFound(id);
        }

        if (!RecordingReader.MayView(actor))
        {
            await audit.RecordAsync(actor, action, $"recording/{id}", AuditResults.Refused, RecordingProblems.Forbidden.Code, cancellationToken);
            return RecordingProblems.Forbidden;
        }

        return chunks.CanRead(found) ? found : RecordingProblems.PlaceGone;
    }
}
