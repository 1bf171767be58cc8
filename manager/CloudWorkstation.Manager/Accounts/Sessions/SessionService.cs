using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>
/// Sessions: begun by a sign-in, renewed by refresh tokens (<c>SessionService.Refresh.cs</c>), asked about by every request, ended
/// by their owner or an administrator.
/// </summary>
internal sealed partial class SessionService(
    PasswordSignIn passwords,
    SignInCompletion completion,
    SessionStarter starter,
    SecondFactorPolicy rules,
    AccountUserStore accounts,
    SessionDocuments sessions,
    SessionEnder ender,
    SessionVouching vouching,
    IKeyRing keys,
    TimeProvider time) : ISessionService
{
    private const int Attempts = 10;

    public async Task<Outcome<SignInStep>> SignInAsync(
        string userName, string password, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(userName, AuditActions.SessionSignIn, address);
        var vouched = await passwords.SignInAsync(attempt, password, cancellationToken);
        if (vouched.Problem is { } problem)
        {
            return problem;
        }

        var (account, method) = (vouched.Value.Account, vouched.Value.Method);
        return method == PasswordSignIn.OwnPassword && !await rules.AllowsPasswordAsync(account, cancellationToken)
            ? AccountProblems.PasswordsOff
            : await completion.CompleteAsync(account, method, address, userAgent, cancellationToken);
    }

    /// <summary>Two point reads, so that a disabled account, a changed role or an ended session counts with the very next request.</summary>
    public async Task<Outcome<Actor>> AuthenticateAsync(string sessionToken, string? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (SessionToken.Verify(sessionToken, keys.Find, now, out _) is not { } token)
        {
            return AccountProblems.Unauthenticated;
        }

        // An id that we signed is well-formed; one that we did not sign never gets here.
        var session = await sessions.GetAsync(token.SessionId, cancellationToken);
        if (session is null || !session.Value.IsLive(now) || !string.Equals(session.Value.AccountId, token.Subject, StringComparison.Ordinal))
        {
            return AccountProblems.SessionEnded;
        }

        return await accounts.FindByIdAsync(token.Subject, cancellationToken) is { } account && IsCurrent(session.Value, account)
            ? await starter.ActAsync(account, token.SessionId, address, cancellationToken)
            : AccountProblems.SessionEnded;
    }

    public async Task SignOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.SessionId is { } id)
        {
            await ender.EndAsync(actor, id, "signed-out", cancellationToken);
        }
    }

    /// <summary>
    /// What lives by its account too: a process that died between disabling an account and ending its sessions leaves records that look
    /// alive, and open desktops ask here whether they may go on.
    /// </summary>
    public async Task<IReadOnlyList<SessionInfo>> ListAsync(Actor actor, string accountId, CancellationToken cancellationToken) =>
        MaySee(actor, accountId) && await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
            ? [.. (await sessions.LiveOfAsync(accountId, cancellationToken)).Where(s => IsCurrent(s, account)).Select(s => s.ToInfo())]
            : [];

    public async Task<SessionInfo?> FindLiveAsync(string accountId, string sessionId, CancellationToken cancellationToken) =>
        IsSessionId(sessionId)
        && await sessions.GetAsync(sessionId, cancellationToken) is { Value: var session }
        && string.Equals(session.AccountId, accountId, StringComparison.Ordinal)
        && session.IsLive(time.GetUtcNow())
        && await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
        && IsCurrent(session, account)
            ? session.ToInfo()
            : null;

    public async Task<Outcome<bool>> EndAsync(Actor actor, string sessionId, CancellationToken cancellationToken)
    {
        var found = IsSessionId(sessionId) ? await sessions.GetAsync(sessionId, cancellationToken) : null;
        return found is not null && MayEnd(actor, found.Value.AccountId) && await ender.EndAsync(actor, sessionId, "ended", cancellationToken)
            ? true
            : Problem.NotFound("session", sessionId);
    }

    private static bool MayEnd(Actor actor, string accountId) => actor.May(Permissions.SessionsManage) || actor.Is(accountId);

    private static bool MaySee(Actor actor, string accountId) => actor.May(Permissions.AccountsRead) || actor.Is(accountId);

    private static bool IsSessionId(string text) => text.Length is >= 1 and <= 64 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsCurrent(SessionRecord session, AccountRecord account) =>
        !account.Disabled && string.Equals(session.Stamp, account.SecurityStamp, StringComparison.Ordinal);
}
