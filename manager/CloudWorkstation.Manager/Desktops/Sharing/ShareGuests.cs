using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>The guests' side: what a link opens, and the right to connect by it.</summary>
internal sealed class ShareGuests(
    DesktopDocuments documents, SharingDocuments sharing, ISessionPolicies policies, ShareCheck check, DesktopConnector connector, IAuditLog audit, TimeProvider time)
{
    private const int MostTries = 20;

    public async Task<Outcome<OpenedShare>> OpenAsync(Actor actor, string? token, CancellationToken cancellationToken)
    {
        if (ShareIds.Read(token) is not var (id, secret) || ShareIds.DesktopOf(id) is not { } desktopId)
        {
            return SharingProblems.Unavailable;
        }

        if (await FindAsync(actor, id, secret, desktopId, ownerToo: true, cancellationToken) is not var (desktop, _, share))
        {
            await RefuseAsync(actor, desktopId, AuditActions.ShareOpen, SharingProblems.Unavailable, cancellationToken);
            return SharingProblems.Unavailable;
        }

        return ShareRules.Narrowed(share, await policies.EffectiveAsync(desktop, cancellationToken)) is { } access
            ? new OpenedShare(share.Id, new SharedDesktop(desktop.Id, desktop.Name, new OwnerModel(desktop.Owner, desktop.OwnerName)), access, share.ExpiresAt)
            : SharingProblems.Off;
    }

    public async Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string shareId, string? token, ScreenEngine? engine, CancellationToken cancellationToken)
    {
        // An id is no secret (the owner's list and the audit trail have it), so the link is shown again with every connection.
        if (ShareIds.Read(token) is not var (id, secret) || id != shareId || ShareIds.DesktopOf(id) is not { } desktopId)
        {
            return SharingProblems.Unavailable;
        }

        for (var i = 0; i < MostTries; i++)
        {
            if (await FindAsync(actor, id, secret, desktopId, ownerToo: false, cancellationToken) is not var (desktop, document, share))
            {
                await RefuseAsync(actor, desktopId, AuditActions.DesktopConnect, SharingProblems.Unavailable, cancellationToken);
                return SharingProblems.Unavailable;
            }

            if (ShareRules.Narrowed(share, await policies.EffectiveAsync(desktop, cancellationToken)) is not { } access)
            {
                return SharingProblems.Off;
            }

            var used = Used(share, actor);
            var after = document.Value with { Shares = [.. document.Value.Shares.Select(s => s == share ? used : s)] };
            var besides = used == share ? null : sharing.Write(after, document.Version);
            if (await connector.GrantAsync(actor, desktop, new ScreenPass(access, share.Id, besides), engine, cancellationToken) is { } granted)
            {
                return granted;
            }
        }

        return DesktopProblems.Busy;
    }

    /// <summary>Null for everything that does not work for this person. An owner who tries the own link sees what it opens, and needs none to connect.</summary>
    private async Task<(Desktop Desktop, Versioned<DesktopSharing> Document, Share Share)?> FindAsync(
        Actor actor, string id, string secret, string desktopId, bool ownerToo, CancellationToken cancellationToken)
    {
        var document = await sharing.ReadAsync(desktopId, cancellationToken);
        var share = document.Value.Shares.FirstOrDefault(s => s.Id == id && SecretLinks.Matches(secret, s.Hash));
        var desktop = share is null ? null : await documents.Desktops.GetAsync(desktopId, cancellationToken);
        return share is not null && desktop is not null && (ShareRules.IsFor(share, actor.AccountId) || (ownerToo && actor.Is(share.Owner))) && await check.LivesAsync(share, desktop.Value, cancellationToken)
            ? (desktop.Value, document, share)
            : null;
    }

    private Share Used(Share share, Actor actor)
    {
        var taken = share.SingleUse && share.TakenBy is null ? share with { TakenBy = new Person(actor.AccountId, actor.UserName) } : share;
        return taken.UsedBy.Any(u => u.UserName == actor.UserName)
            ? taken
            : taken with { UsedBy = [.. taken.UsedBy.Append(new ShareUse(actor.UserName, time.GetUtcNow())).TakeLast(ShareRules.MostUses)] };
    }

    private async Task RefuseAsync(Actor actor, string desktop, string action, Problem problem, CancellationToken cancellationToken)
    {
        // What names no desktop of ours is noise.
        if (await documents.Desktops.GetAsync(desktop, cancellationToken) is not null)
        {
            await audit.RecordAsync(actor, action, $"desktop/{desktop}", AuditResults.Refused, problem.Code, cancellationToken);
        }
    }
}
