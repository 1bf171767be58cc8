using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <inheritdoc cref="IDesktopShares"/>
internal sealed class DesktopShares(
    DesktopReader reader,
    SharingDocuments sharing,
    ISessionPolicies policies,
    NewShareCheck checks,
    Changes changes,
    IAuditLog audit,
    TimeProvider time,
    ShareEndings endings,
    ShareGuests guests) : IDesktopShares
{
    private const int MostTries = 20;

    public async Task<Outcome<MadeShare>> CreateAsync(Actor actor, string desktop, NewShare share, CancellationToken cancellationToken)
    {
        var outcome = await TryCreateAsync(actor, desktop, share, cancellationToken);
        if (outcome.Problem is { Kind: not ProblemKind.NotFound } problem)
        {
            await audit.RecordAsync(actor, AuditActions.ShareCreate, $"desktop/{desktop}", AuditResults.Refused, problem.Code, cancellationToken);
        }

        return outcome;
    }

    public async Task<Outcome<IReadOnlyList<ShareView>>> ListAsync(Actor actor, string desktop, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(actor, desktop, mayManage: true, cancellationToken);
        if (found is null)
        {
            return problem!;
        }

        var shares = (await sharing.ReadAsync(desktop, cancellationToken)).Value.Shares;
        return Outcome<IReadOnlyList<ShareView>>.From([.. Living(shares, found.Value).Where(s => !s.IsWatch).Reverse().Select(s => s.ToView())]);
    }

    public async Task<Outcome<bool>> RevokeAsync(Actor actor, string desktop, string share, CancellationToken cancellationToken)
    {
        var (desk, problem) = await FindAsync(actor, desktop, mayManage: true, cancellationToken);
        if (desk is null)
        {
            return problem!;
        }

        var ended = await endings.EndAsync(actor, desk.Value, s => s.Id == share, cancellationToken);
        return ended.Problem is { } busy ? busy : ended.Value == 0 ? Problem.NotFound("share", share) : true;
    }

    public Task<Outcome<OpenedShare>> OpenAsync(Actor actor, string? token, CancellationToken cancellationToken) => guests.OpenAsync(actor, token, cancellationToken);

    public Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string share, string? token, ScreenEngine? engine, CancellationToken cancellationToken) =>
        guests.ConnectAsync(actor, share, token, engine, cancellationToken);

    private async Task<Outcome<MadeShare>> TryCreateAsync(Actor actor, string desktop, NewShare wanted, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(actor, desktop, mayManage: false, cancellationToken);
        if (found is null)
        {
            return problem!;
        }

        if (found.Value.Status != DesktopStatus.Running)
        {
            return DesktopProblems.NotRunning(found.Value.Status);
        }

        var policy = await policies.EffectiveAsync(found.Value, cancellationToken);
        if (ShareRules.Most(policy) is null)
        {
            return SharingProblems.Off;
        }

        var people = await checks.CheckAsync(actor, wanted, policy, cancellationToken);
        return people.Succeeded ? await AddAsync(actor, found.Value, wanted, people.Value, cancellationToken) : people.Problem!;
    }

    private async Task<Outcome<MadeShare>> AddAsync(Actor actor, Desktop desktop, NewShare wanted, IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = ShareIds.New(desktop.Id);
        var (token, hash) = ShareIds.NewToken(id);
        var share = new Share
        {
            Id = id,
            Hash = hash,
            Owner = desktop.Owner,
            Operation = desktop.LastOperation,
            MadeBy = actor.UserName,
            Access = wanted.Access,
            People = people,
            SingleUse = wanted.SingleUse,
            CreatedAt = now,
            ExpiresAt = wanted.ExpiresAt?.ToUniversalTime() ?? now + ShareRules.Usual,
        };
        for (var i = 0; i < MostTries; i++)
        {
            var found = await sharing.ReadAsync(desktop.Id, cancellationToken);
            var living = Living(found.Value.Shares, desktop).ToList();
            if (living.Count(s => !s.IsWatch) >= ShareRules.MostShares)
            {
                return SharingProblems.TooMany;
            }

            var set = changes.Begin().Write(sharing.Write(found.Value with { Shares = [.. living, share] }, found.Version))
                .Audit(actor, AuditActions.ShareCreate, $"desktop/{desktop.Id}", AuditResults.Accepted, Told(share));
            if ((await set.CommitAsync(cancellationToken)).Committed)
            {
                return new MadeShare(share.ToView(), token);
            }
        }

        return DesktopProblems.Busy;
    }

    private async Task<(Versioned<Desktop>? Desktop, Problem? Problem)> FindAsync(Actor actor, string id, bool mayManage, CancellationToken cancellationToken) =>
        await reader.FindAsync(actor, id, cancellationToken) is not { } found ? (null, Problem.NotFound("desktop", id))
        : (actor.Is(found.Value.Owner) && actor.May(Permissions.DesktopsUse)) || (mayManage && actor.May(Permissions.DesktopsManage)) ? (found, null)
        : (null, SharingProblems.NotOwner);

    private IEnumerable<Share> Living(IEnumerable<Share> shares, Desktop desktop)
    {
        var now = time.GetUtcNow();
        return shares.Where(s => ShareRules.Lives(s, desktop, now));
    }

    private static string Told(Share share)
    {
        var whom = share.People.Count == 0 ? "anyone who is signed in" : string.Join(", ", share.People.Select(p => p.UserName));
        return $"{ShareRules.Word(share.Access)} for {whom}{(share.SingleUse ? ", single use" : "")}, until {share.ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, share {share.Id}";
    }
}
