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
    IAuditLog audit,
    INotices notices,
    IOptions<AccountOptions> options,
    TimeProvider time) : IDisposable
{
    private const int Stripes = 64;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>The account when the password is right and it may sign in.</summary>
    /// <param name="attempt">What somebody tries to do, for the audit trail.</param>
    public async Task<Outcome<AccountRecord>> CheckAsync(Attempt attempt, string password, CancellationToken cancellationToken)
    {
        var name = UserNames.Normalize(attempt.UserName);
        var turn = turns[(uint)string.GetHashCode(name, StringComparison.Ordinal) % Stripes];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await CheckInTurnAsync(attempt, name, password, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => Array.ForEach(turns, turn => turn.Dispose());

    private async Task<Outcome<AccountRecord>> CheckInTurnAsync(Attempt attempt, string name, string password, CancellationToken cancellationToken)
    {
        var account = await accounts.FindByNameAsync(name, cancellationToken);
        var lockout = account?.Lockout ?? await unknown.GetAsync(name, cancellationToken);
        var now = time.GetUtcNow();
        if (lockout.IsLocked(now))
        {
            return AccountProblems.LockedOut(lockout.LockedUntil!.Value - now);
        }

        if (!await passwords.VerifyAsync(account, password, cancellationToken))
        {
            // Counted also when the guesser hung up before the answer.
            await CountFailureAsync(account?.Id, attempt, name);
            return AccountProblems.InvalidCredentials;
        }

        if (!account!.Disabled)
        {
            return account;
        }

        await audit.RecordAsync(account.ToActor(null, attempt.Address), attempt.Action, account.AuditTarget, AuditResults.Refused, "disabled", cancellationToken);
        return AccountProblems.Disabled;
    }

    /// <summary>A failure must be counted whoever else writes to the account at the same time, so this repeats until it is.</summary>
    private async Task CountFailureAsync(string? accountId, Attempt attempt, string name)
    {
        while (!await TryCountAsync(accountId, attempt, name, CancellationToken.None))
        {
            await Task.Yield();
        }
    }

    private async Task<bool> TryCountAsync(string? accountId, Attempt attempt, string name, CancellationToken cancellationToken)
    {
        if (accountId is null)
        {
            var stranger = new Actor("anonymous", "unknown name", [], [], null, attempt.Address);
            return await unknown.CountAsync(name, options.Value, audit.Entry(stranger, attempt.Action, "account/unknown", AuditResults.Refused, "credentials"), cancellationToken);
        }

        var account = await accounts.FindByIdAsync(accountId, cancellationToken)
            ?? throw new InvalidOperationException($"The account '{accountId}' is gone.");
        var now = time.GetUtcNow();
        account.Lockout = account.Lockout.AfterFailure(now, options.Value);
        if (account.Lockout.IsLocked(now))
        {
            account.Also.Add(notices.AccountLocked(account.Id, account.UserName, account.Lockout.LockedUntil!.Value, attempt.Address));
        }

        account.Also.Add(audit.Entry(account.ToActor(null, attempt.Address), attempt.Action, account.AuditTarget, AuditResults.Refused, "credentials"));
        return (await manager.UpdateAsync(account)).Succeeded;
    }
}

/// <summary>A password is about to be checked.</summary>
/// <param name="UserName">As typed.</param>
/// <param name="Action">The audit trail's word for what it is checked for.</param>
/// <param name="Address">Client address, null when unknown.</param>
internal sealed record Attempt(string UserName, string Action, string? Address);
