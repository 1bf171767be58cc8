using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>What people do with their own account in a session of theirs.</summary>
internal sealed class OwnAccounts(AccountUserStore accounts, AccountManager manager, SessionDocuments sessions, TimeProvider time)
{
    private const int Attempts = 20;

    /// <summary>One's own account, read, changed and saved until nobody else was in between. A refusal saves nothing.</summary>
    public async Task<Outcome<T>> ChangeAsync<T>(Actor actor, Func<AccountRecord, Task<Outcome<T>>> change, CancellationToken cancellationToken)
    {
        if (actor.SessionId is null)
        {
            return AccountProblems.SessionRequired;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
            var outcome = await change(account);
            if (!outcome.Succeeded || (await manager.UpdateAsync(account)).Succeeded)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Saves with the account that this session has just shown a second factor: whoever set one up has it.</summary>
    public async Task ProvedAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken)
    {
        if (await sessions.GetAsync(actor.SessionId!, cancellationToken) is { } session)
        {
            account.Also.Add(sessions.Replace(session.Value with { WithSecondFactor = true, ProvedAt = time.GetUtcNow() }, session.Version));
        }
    }
}
