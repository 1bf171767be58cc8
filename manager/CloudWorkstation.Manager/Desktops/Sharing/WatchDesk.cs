using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>
/// Who may open everyone's screens sees one only as the rules of the desktop have it: with the owner's consent, with the owner being told, or not at
/// all. They look and do nothing; to be let in for more, the owner shares the desktop with them.
/// </summary>
internal sealed class WatchDesk(
    SharingDocuments sharing, ISessionPolicies policies, DesktopDocuments documents, Presence presence, Changes changes, SortableIds ids, TimeProvider time)
{
    private const int MostTries = 20;
    private const int MostRequests = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A network that changes or a page that is loaded again is no new look; whoever was away for longer asks again.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(2);

    /// <summary>The pass with which the actor may look now, or why not (yet).</summary>
    public async Task<Outcome<ScreenPass>> EnterAsync(Actor actor, Desktop desktop, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await TryEnterAsync(actor, desktop, cancellationToken) is { } decided)
            {
                return decided;
            }
        }

        return DesktopProblems.Busy;
    }

    /// <summary>The grant's own connection, so that a later one knows whether this look has ended. Lost where somebody is quicker: then it is asked for again sooner.</summary>
    public async Task NoteAsync(string desktop, string share, string connection, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var found = await sharing.ReadAsync(desktop, cancellationToken);
            var after = found.Value with { Shares = [.. found.Value.Shares.Select(s => s.Id == share ? s with { LastConnection = connection } : s)] };
            if ((await changes.Begin().Write(sharing.Write(after, found.Version)).CommitAsync(cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    /// <summary>Null when the commit lost a race.</summary>
    public async Task<Outcome<WatchRequestView>?> TryAnswerAsync(Actor actor, Desktop desktop, string request, bool allow, CancellationToken cancellationToken)
    {
        var found = await sharing.ReadAsync(desktop.Id, cancellationToken);
        var now = time.GetUtcNow();
        if (found.Value.Requests.FirstOrDefault(r => r.Id == request) is not { } asked)
        {
            return Problem.NotFound("request", request);
        }

        if (asked.StateAt(now) != WatchRequestState.Pending)
        {
            return SharingProblems.Answered;
        }

        var answered = asked with { State = allow ? WatchRequestState.Allowed : WatchRequestState.Refused, AnsweredAt = now };
        var after = found.Value with
        {
            Requests = [.. found.Value.Requests.Select(r => r == asked ? answered : r)],
            Shares = allow ? [.. found.Value.Shares, NewLook(desktop, new Person(asked.Account, asked.UserName), actor.UserName)] : found.Value.Shares,
        };
        var set = changes.Begin().Write(sharing.Write(after, found.Version))
            .Audit(actor, AuditActions.WatchAnswer, $"desktop/{desktop.Id}", allow ? AuditResults.Accepted : AuditResults.Refused, $"{asked.UserName} asked to see \"{desktop.Name}\"")
            .TellRequest(desktop.Id, answered, now, asked.Account, desktop.Owner);
        return (await set.CommitAsync(cancellationToken)).Committed ? (Outcome<WatchRequestView>?)Outcome<WatchRequestView>.From(answered.ToView(desktop.Id, now)) : null;
    }

    private async Task<Outcome<ScreenPass>?> TryEnterAsync(Actor actor, Desktop desktop, CancellationToken cancellationToken)
    {
        var policy = await policies.EffectiveAsync(desktop, cancellationToken);
        if (policy.AdminWatch is not ("consent" or "tell"))
        {
            return SharingProblems.WatchOff;
        }

        var found = await sharing.ReadAsync(desktop.Id, cancellationToken);
        if (await LivingAsync(found.Value, desktop, actor, cancellationToken) is { } look)
        {
            return new ScreenPass(ScreenAccess.View, look.Id) { IsLook = true };
        }

        return policy.AdminWatch == "tell"
            ? await EnterUnaskedAsync(actor, desktop, found, cancellationToken)
            : await AskAsync(actor, desktop, found, cancellationToken);
    }

    private async Task<Outcome<ScreenPass>?> EnterUnaskedAsync(Actor actor, Desktop desktop, Versioned<DesktopSharing> found, CancellationToken cancellationToken)
    {
        var look = NewLook(desktop, new Person(actor.AccountId, actor.UserName), actor.UserName);
        var after = found.Value with { Shares = [.. Others(found.Value, desktop, actor), look] };
        return (await changes.Begin().Write(sharing.Write(after, found.Version)).CommitAsync(cancellationToken)).Committed
            ? (Outcome<ScreenPass>?)Outcome<ScreenPass>.From(new ScreenPass(ScreenAccess.View, look.Id) { IsLook = true })
            : null;
    }

    private async Task<Outcome<ScreenPass>?> AskAsync(Actor actor, Desktop desktop, Versioned<DesktopSharing> found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = found.Value.Requests.LastOrDefault(r => r.Account == actor.AccountId);
        if (last?.StateAt(now) == WatchRequestState.Pending)
        {
            return SharingProblems.Asked(desktop.OwnerName, last);
        }

        if (last is { State: WatchRequestState.Refused, AnsweredAt: { } refused } && now - refused < Quiet)
        {
            return SharingProblems.WatchRefused;
        }

        if ((await presence.LiveAsync(found.Value, cancellationToken)).All(w => w.Role != WatcherRole.Owner))
        {
            return SharingProblems.OwnerAbsent(desktop.OwnerName);
        }

        var request = new WatchRequest(ids.Next(), actor.AccountId, actor.UserName, now, now + Patience, WatchRequestState.Pending);
        var after = found.Value with
        {
            Requests = [.. found.Value.Requests.Where(r => r.Account != actor.AccountId).TakeLast(MostRequests - 1), request],
            Shares = [.. Others(found.Value, desktop, actor)],
        };
        var set = changes.Begin().Write(sharing.Write(after, found.Version))
            .Audit(actor, AuditActions.WatchAsk, $"desktop/{desktop.Id}", AuditResults.Accepted, $"{desktop.OwnerName}'s desktop \"{desktop.Name}\"{Unanswered(last, now)}")
            .TellRequest(desktop.Id, request, now, desktop.Owner);
        return (await set.CommitAsync(cancellationToken)).Committed ? (Outcome<ScreenPass>?)(Outcome<ScreenPass>)SharingProblems.Asked(desktop.OwnerName, request) : null;
    }

    private static string Unanswered(WatchRequest? last, DateTimeOffset now) =>
        last?.StateAt(now) == WatchRequestState.Unanswered ? "; nobody had answered before" : "";

    private async Task<Share?> LivingAsync(DesktopSharing found, Desktop desktop, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (found.Shares.LastOrDefault(s => s.IsWatch && ShareRules.Lives(s, desktop, now) && ShareRules.IsFor(s, actor.AccountId)) is not { } look)
        {
            return null;
        }

        var last = look.LastConnection is null ? null : (await documents.Connections.GetAsync(look.LastConnection, cancellationToken))?.Value;
        var seen = last?.ClosedAt ?? last?.ReportedAt ?? last?.GrantedAt ?? look.CreatedAt;
        return now - seen < Away ? look : null;
    }

    private IEnumerable<Share> Others(DesktopSharing found, Desktop desktop, Actor actor)
    {
        var now = time.GetUtcNow();
        return found.Shares.Where(s => ShareRules.Lives(s, desktop, now) && !(s.IsWatch && s.People.Any(p => actor.Is(p.Id))));
    }

    private Share NewLook(Desktop desktop, Person who, string madeBy)
    {
        var now = time.GetUtcNow();
        return new Share
        {
            Id = ShareIds.New(desktop.Id),
            Owner = desktop.Owner,
            Operation = desktop.LastOperation,
            MadeBy = madeBy,
            Access = ScreenAccess.View,
            People = [who],
            CreatedAt = now,
            ExpiresAt = now + Longest,
        };
    }
}
