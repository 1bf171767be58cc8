using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Accounts.Sessions;

internal enum Vouching
{
    StillThere,
    Gone,
    Unanswered,
}

/// <summary>Whoever let somebody in is asked again while they are in.</summary>
internal interface ISessionVoucher
{
    /// <summary>Whether it is the one that vouched for sessions begun by this method.</summary>
    bool SpeaksFor(string method);

    /// <summary>Whether the person may still come in there; their groups are brought up to date.</summary>
    Task<(Vouching Answer, AccountRecord Account)> AskAsync(AccountRecord account, string method, CancellationToken cancellationToken);
}

/// <summary>
/// Somebody who is taken out of a directory loses their sessions when these are next renewed: within the lifetime of a token and
/// <see cref="SessionLimits.Vouched"/>. A directory that is down costs nobody their session for <see cref="SessionLimits.UnansweredGrace"/>.
/// </summary>
internal sealed class SessionVouching(IEnumerable<ISessionVoucher> vouchers, SessionEnder ender, TimeProvider time)
{
    /// <summary>The session and the account as they are after asking, or why the session cannot be renewed.</summary>
    public async Task<(SessionRecord Session, AccountRecord Account, Problem? Problem)> AskAsync(SessionRecord session, AccountRecord account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - (session.VouchedAt ?? session.CreatedAt);
        if (since < SessionLimits.Vouched || vouchers.FirstOrDefault(v => v.SpeaksFor(session.Method)) is not { } voucher)
        {
            return (session, account, null);
        }

        var (answer, current) = await voucher.AskAsync(account, session.Method, cancellationToken);
        switch (answer)
        {
            case Vouching.StillThere:
                return (session with { VouchedAt = now }, current, null);
            case Vouching.Gone:
                await ender.EndAsync(new Actor(account.Id, account.UserName, [], [], session.Id), session.Id, "left-directory", cancellationToken);
                return (session, account, AccountProblems.SessionEnded);
            default:
                return (session, account, since < SessionLimits.UnansweredGrace ? null : AccountProblems.DirectoryUnavailable);
        }
    }

    /// <summary>
    /// Whether every authority that vouched for the account says that the person has left it. Never of a local account, nor while one of them
    /// cannot be asked.
    /// </summary>
    public async Task<bool> HasLeftAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        if (account.PasswordHash is not null || account.Identities.Count == 0)
        {
            return false;
        }

        foreach (var identity in account.Identities)
        {
            if (vouchers.FirstOrDefault(v => v.SpeaksFor(identity.Source)) is not { } voucher
                || (await voucher.AskAsync(account, identity.Source, cancellationToken)).Answer != Vouching.Gone)
            {
                return false;
            }
        }

        return true;
    }
}
