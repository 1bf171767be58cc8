using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Notifications;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.SignIn;

/// <summary>
/// Decides whether a name and a password belong together. Attempts at one name are taken one after the other, so that guesses in
/// parallel cannot get past the lockout together.
/// </summary>
internal sealed class PasswordSignIn(
    AccountUserStore accounts,
    AccountManager manager,
    PasswordChecker passwords,
    UnknownNames unknown,
    ExternalSignIn external,
    IEnumerable<IPasswordAuthority> authorities,
    IAuditLog audit,
    INotices notices,
    IOptions<AccountOptions> options,
    TimeProvider time) : IDisposable
{
    /// <summary>Vouched for by the account's own password.</summary>
    public const string OwnPassword = "password";

    private const int Stripes = 64;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>The account when its own password is right and it may sign in. Nobody else is asked.</summary>
    /// <param name="attempt">What somebody tries to do, for the audit trail.</param>
    public Task<Outcome<AccountRecord>> CheckAsync(Attempt attempt, string password, CancellationToken cancellationToken) =>
        InTurnAsync(attempt, name => CheckInTurnAsync(attempt, name, password, cancellationToken), cancellationToken);

    /// <summary>Whoever the name and the password belong to: a local account, else somebody that a directory vouches for.</summary>
    public Task<Outcome<Vouched>> SignInAsync(Attempt attempt, string password, CancellationToken cancellationToken) =>
        InTurnAsync(attempt, name => SignInInTurnAsync(attempt, name, password, cancellationToken), cancellationToken);

    public void Dispose() => Array.ForEach(turns, turn => turn.Dispose());

    private async Task<T> InTurnAsync<T>(Attempt attempt, Func<string, Task<T>> work, CancellationToken cancellationToken)
    {
        var name = UserNames.Normalize(attempt.UserName);
        var turn = turns[(uint)string.GetHashCode(name, StringComparison.Ordinal) % Stripes];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await work(name);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Outcome<AccountRecord>> CheckInTurnAsync(Attempt attempt, string name, string password, CancellationToken cancellationToken)
    {
        var (account, locked) = await FindAsync(attempt, name, cancellationToken);
        if (locked is not null)
        {
            return locked;
        }

        if (await passwords.VerifyAsync(account, password, cancellationToken))
        {
            return await AdmitAsync(account!, attempt, cancellationToken);
        }

        await CountFailureAsync(account?.Id, attempt, name, "credentials");
        return AccountProblems.InvalidCredentials;
    }

    /// <summary>
    /// The same work, and the same words, for every name that is refused: one hash and one question to the directories, whether nobody knows it, a directory does or
    /// a local account has it. Who is let in has shown who they are, and costs only what vouches for them.
    /// </summary>
    private async Task<Outcome<Vouched>> SignInInTurnAsync(Attempt attempt, string name, string password, CancellationToken cancellationToken)
    {
        var (account, locked) = await FindAsync(attempt, name, cancellationToken);
        if (locked is not null)
        {
            return locked;
        }

        var isOurs = account?.PasswordHash is not null;
        if (isOurs && await passwords.VerifyAsync(account, password, cancellationToken))
        {
            var admitted = await AdmitAsync(account!, attempt, cancellationToken);
            return admitted.Problem is { } problem ? problem : new Vouched(admitted.Value, OwnPassword);
        }

        // Not stopped by a guesser who hangs up, so that the guess is counted.
        var answer = await AskAuthoritiesAsync(account, attempt, password, CancellationToken.None);
        if (answer.Identity is { } identity)
        {
            return await ResolveAsync(identity, account, attempt, name, cancellationToken);
        }

        if (!isOurs)
        {
            await passwords.VerifyAsync(account, password, CancellationToken.None);
        }

        await CountFailureAsync(account?.Id, attempt, name, answer.RefusedFor ?? (answer.Unanswered ? "credentials; a directory did not answer" : "credentials"));
        return answer.Refusal ?? (answer.Unanswered ? AccountProblems.DirectoryUnavailable : AccountProblems.InvalidCredentials);
    }

    private static Actor Stranger(Attempt attempt) => new("anonymous", "unknown name", [], [], null, attempt.Address);

    /// <summary>The account of that name, and why it may not even be tried.</summary>
    private async Task<(AccountRecord? Account, Problem? Locked)> FindAsync(Attempt attempt, string name, CancellationToken cancellationToken)
    {
        var account = await accounts.FindByNameAsync(name, cancellationToken);
        var lockout = account?.Lockout ?? await unknown.GetAsync(name, cancellationToken);
        var now = time.GetUtcNow();
        if (!lockout.IsLocked(now))
        {
            return (account, null);
        }

        var (who, target) = account is null ? (Stranger(attempt), "account/unknown") : (account.ToActor(null, attempt.Address), account.AuditTarget);
        await audit.RecordAsync(who, attempt.Action, target, AuditResults.Refused, "locked-out", cancellationToken);
        return (account, AccountProblems.LockedOut(lockout.LockedUntil!.Value - now));
    }

    private async Task<Outcome<AccountRecord>> AdmitAsync(AccountRecord account, Attempt attempt, CancellationToken cancellationToken)
    {
        if (!account.Disabled)
        {
            return account;
        }

        await audit.RecordAsync(account.ToActor(null, attempt.Address), attempt.Action, account.AuditTarget, AuditResults.Refused, "disabled", cancellationToken);
        return AccountProblems.Disabled;
    }

    /// <summary>A name that a local account has is nobody else's to answer for, wherever else it may exist.</summary>
    private async Task<PasswordAnswer> AskAuthoritiesAsync(AccountRecord? account, Attempt attempt, string password, CancellationToken cancellationToken)
    {
        var isLocal = account is not null && (account.PasswordHash is not null || account.Identities.Count == 0);
        foreach (var authority in authorities)
        {
            var answer = isLocal
                ? await authority.PretendAsync(attempt.UserName, cancellationToken)
                : await authority.TryAsync(attempt.UserName, password, cancellationToken);
            if (answer != PasswordAnswer.No)
            {
                return answer;
            }
        }

        return PasswordAnswer.No;
    }

    /// <summary>The person's account may have another name than the one that was typed, whose failures are forgotten too.</summary>
    private async Task<Outcome<Vouched>> ResolveAsync(ExternalIdentity identity, AccountRecord? named, Attempt attempt, string name, CancellationToken cancellationToken)
    {
        var resolved = await external.ResolveAsync(identity, attempt.Address, cancellationToken);
        if (resolved.Problem is { } problem)
        {
            return problem;
        }

        if (named is null)
        {
            await unknown.ForgetAsync(name, cancellationToken);
        }

        return new Vouched(resolved.Value, identity.Source);
    }

    /// <summary>
    /// A failure must be counted whoever else writes to the account at the same time, so this repeats until it is; also when the guesser hung up
    /// before the answer.
    /// </summary>
    private async Task CountFailureAsync(string? accountId, Attempt attempt, string name, string why)
    {
        while (!await TryCountAsync(accountId, attempt, name, why, CancellationToken.None))
        {
            await Task.Yield();
        }
    }

    private async Task<bool> TryCountAsync(string? accountId, Attempt attempt, string name, string why, CancellationToken cancellationToken)
    {
        if (accountId is null)
        {
            return await unknown.CountAsync(name, options.Value, audit.Entry(Stranger(attempt), attempt.Action, "account/unknown", AuditResults.Refused, why), cancellationToken);
        }

        var account = await accounts.FindByIdAsync(accountId, cancellationToken)
            ?? throw new InvalidOperationException($"The account '{accountId}' is gone.");
        var now = time.GetUtcNow();
        account.Lockout = account.Lockout.AfterFailure(now, options.Value);
        if (account.Lockout.IsLocked(now))
        {
            account.Also.Add(notices.AccountLocked(account.Id, account.UserName, account.Lockout.LockedUntil!.Value, attempt.Address));
        }

        account.Also.Add(audit.Entry(account.ToActor(null, attempt.Address), attempt.Action, account.AuditTarget, AuditResults.Refused, why));
        return (await manager.UpdateAsync(account)).Succeeded;
    }
}

/// <summary>A password is about to be checked.</summary>
/// <param name="UserName">As typed.</param>
/// <param name="Action">The audit trail's word for what it is checked for.</param>
/// <param name="Address">Client address, null when unknown.</param>
internal sealed record Attempt(string UserName, string Action, string? Address);

/// <summary>Whose name and password these are.</summary>
/// <param name="Account">As it was when they were checked.</param>
/// <param name="Method">Who vouches: <c>password</c>, <c>ldap:NAME</c>.</param>
internal sealed record Vouched(AccountRecord Account, string Method);
