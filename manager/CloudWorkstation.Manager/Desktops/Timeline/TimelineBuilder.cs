using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Desktops.Timeline;

/// <summary>Makes a timeline of what is stored anyway: an operation's progress and the first look at the screen.</summary>
internal static class TimelineBuilder
{
    public static StartTimeline Build(Operation operation, FirstLook? look, DateTimeOffset now)
    {
        var end = operation.FinishedAt ?? now;
        var phases = Steps(operation, end).Concat(Seen(operation, look)).ToList();
        var ready = DesktopRules.IsStart(operation.Kind) && operation.State == OperationState.Succeeded ? operation.FinishedAt : null;
        return new StartTimeline
        {
            Operation = operation.Id,
            Desktop = operation.Desktop,
            Kind = operation.Kind,
            State = operation.State,
            Template = operation.Template,
            AcceptedAt = operation.QueuedAt,
            ElapsedMilliseconds = Since(operation, look?.FirstFrameAt ?? end),
            Phases = phases,
            ReadyMilliseconds = ready is { } at ? Since(operation, at) : null,
            FirstFrameMilliseconds = look is null ? null : Since(operation, look.FirstFrameAt),
            UnattendedMilliseconds = phases.Find(p => p.Name == "unattended")?.Milliseconds,
        };
    }

    private static IEnumerable<TimelinePhase> Steps(Operation operation, DateTimeOffset end)
    {
        // In the queue: of an attempt that failed only that there was one still matters.
        if (operation.State == OperationState.Queued)
        {
            var due = operation.Attempt == 0 ? operation.QueuedAt : operation.Failure?.At ?? operation.QueuedAt;
            if (operation.Attempt > 0)
            {
                yield return Phase(operation, "earlier", operation.QueuedAt, due, PhaseState.Done);
            }

            yield return Phase(operation, "queue", due, end, PhaseState.Running);
            yield break;
        }

        if (operation.Progress.Timeline.Count == 0)
        {
            yield return Phase(operation, "queue", operation.QueuedAt, end, Last(operation));
        }

        for (var i = 0; i < operation.Progress.Timeline.Count; i++)
        {
            var step = operation.Progress.Timeline[i];
            var state = i == operation.Progress.Timeline.Count - 1 ? Last(operation) : PhaseState.Done;
            yield return Phase(operation, step.Name, step.StartedAt, step.FinishedAt ?? end, state) with { Resources = Resources(operation, step, end) };
        }
    }

    private static IEnumerable<TimelinePhase> Seen(Operation operation, FirstLook? look)
    {
        if (look is null || operation.FinishedAt is not { } ready)
        {
            yield break;
        }

        if (look.GrantedAt > ready)
        {
            yield return Phase(operation, "unattended", ready, look.GrantedAt, PhaseState.Done);
        }

        yield return Phase(operation, "connect", look.GrantedAt > ready ? look.GrantedAt : ready, look.OpenedAt, PhaseState.Done);
        yield return Phase(operation, "frame", look.OpenedAt, look.FirstFrameAt, PhaseState.Done);
    }

    private static PhaseState Last(Operation operation) => operation.State switch
    {
        OperationState.Succeeded => PhaseState.Done,
        OperationState.Failed or OperationState.Cancelled => PhaseState.Failed,
        _ => PhaseState.Running,
    };

    // Terraform works on resources while it applies or destroys, and on nothing else.
    private static IReadOnlyList<TimelineResource> Resources(Operation operation, TimelineStep step, DateTimeOffset end) => step.Name is not ("apply" or "destroy")
        ? []
        : [.. operation.Progress.Resources.Select(r => Resource(operation, r, step.FinishedAt ?? end)).OrderBy(r => r.StartMilliseconds ?? long.MaxValue)];

    private static TimelineResource Resource(Operation operation, ResourceProgress resource, DateTimeOffset end)
    {
        var began = resource.StartedAt;
        var goesOn = resource.State == ResourceState.Running && began is not null;
        var taken = goesOn ? Milliseconds(end - began!.Value) : (long)Math.Round(resource.ElapsedSeconds * 1000);
        return new TimelineResource(resource.Address, resource.Action, resource.State, began is { } at ? Since(operation, at) : null, taken);
    }

    private static TimelinePhase Phase(Operation operation, string name, DateTimeOffset from, DateTimeOffset to, PhaseState state) =>
        new(name, Since(operation, from), Milliseconds(to - from), state);

    private static long Since(Operation operation, DateTimeOffset at) => Milliseconds(at - operation.QueuedAt);

    // Clocks of several machines may disagree by a little.
    private static long Milliseconds(TimeSpan time) => Math.Max(0, (long)Math.Round(time.TotalMilliseconds));
}
