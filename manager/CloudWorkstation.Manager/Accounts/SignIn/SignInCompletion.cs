using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.Sessions;

namespace CloudWorkstation.Manager.Accounts.SignIn;

internal sealed class SignInCompletion(AccountUserStore accounts, SessionStarter starter, SecondFactorPolicy rules, Challenges challenges) : ISignInCompletion
{
    public async Task<Outcome<SignInStep>> CompleteAsync(
        string accountId, string method, OutsideSession? outside, string? address, string? userAgent, CancellationToken cancellationToken) =>
        await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
            ? await CompleteAsync(account, method, outside, address, userAgent, cancellationToken)
            : Problem.NotFound("account", accountId);

    /// <summary>For an account as it was when the first factor was checked: a password that changed since vouches for nobody.</summary>
    public Task<Outcome<SignInStep>> CompleteAsync(AccountRecord account, string method, string? address, string? userAgent, CancellationToken cancellationToken) =>
        CompleteAsync(account, method, outside: null, address, userAgent, cancellationToken);

    private async Task<Outcome<SignInStep>> CompleteAsync(
        AccountRecord account, string method, OutsideSession? outside, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        if (account.IsService)
        {
            return AccountProblems.ServiceAccount;
        }

        var enrolled = account.Factors.AreSet;
        if (!account.Disabled && (enrolled || await rules.RequiresAsync(account, cancellationToken)))
        {
            return new SignInStep { Challenge = await challenges.IssueAsync(account, method, outside, mustEnrol: !enrolled, cancellationToken) };
        }

        var started = await starter.StartAsync(account, new NewSession(method, outside, address, userAgent), cancellationToken);
        return started.Problem is { } problem ? problem : new SignInStep { Session = started.Value };
    }
}
