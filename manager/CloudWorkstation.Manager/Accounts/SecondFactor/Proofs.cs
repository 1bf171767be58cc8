using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

internal sealed class Proofs(
    AccountUserStore accounts, AccountManager manager, FactorCodes codes, PasswordSignIn passwords, SessionDocuments sessions, TimeProvider time) : IProofs
{
    private const int Attempts = 20;
    private const string Action = AuditActions.SessionProof;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    public async Task<Problem?> DemandAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.SessionId is not { } id || await sessions.GetAsync(id, cancellationToken) is not { } session)
        {
            return AccountProblems.SessionRequired;
        }

        if (time.GetUtcNow() - session.Value.ProvedAt < Fresh)
        {
            return null;
        }

        var account = await accounts.FindByIdAsync(actor.AccountId, cancellationToken);
        return AccountProblems.ProofRequired(
            account?.Factors.App is not null ? "code"
            : account?.Factors.Passkeys.Count > 0 ? "passkey"
            : account?.PasswordHash is not null ? "password"
            : "sign-in",
            withPasskey: account?.Factors.Passkeys.Count > 0);
    }

    public async Task<Outcome<bool>> ProveAsync(Actor actor, string? password, string? code, CancellationToken cancellationToken)
    {
        if (actor.SessionId is null)
        {
            return AccountProblems.SessionRequired;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
            var outcome = !account.Factors.AreSet
                ? await ByPasswordAsync(actor, account, password, cancellationToken)
                : await ByCodeAsync(actor, account, code, cancellationToken);
            if (outcome is { } done)
            {
                return done;
            }
        }

        return AccountProblems.Busy;
    }

    private async Task<Outcome<bool>?> ByPasswordAsync(Actor actor, AccountRecord account, string? password, CancellationToken cancellationToken)
    {
        if (account.PasswordHash is null)
        {
            return AccountProblems.ProofRequired("sign-in");
        }

        var right = await passwords.CheckAsync(new Attempt(account.UserName, Action, actor.Address), password ?? "", cancellationToken);
        return right.Problem is not { } problem ? await SaveAsync(actor, right.Value, cancellationToken)
            : problem.Kind == ProblemKind.Unauthenticated ? Problem.Invalid(new FieldError("password", "This is not your password."))
            : problem;
    }

    private async Task<Outcome<bool>?> ByCodeAsync(Actor actor, AccountRecord account, string? code, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(code))
        {
            return AccountProblems.ProofRequired(account.Factors.App is null ? "passkey" : "code", account.Factors.Passkeys.Count > 0);
        }

        if (codes.Locked(account) is { } locked)
        {
            return locked;
        }

        return codes.Use(account, code) is var use and (CodeUse.Wrong or CodeUse.Replayed)
            ? await codes.RefuseAsync(account.Id, use, Action, actor.Address)
            : await SaveAsync(actor, account, cancellationToken);
    }

    /// <summary>Saves that the person has just shown who they are. Null when the account or the session changed at the same moment.</summary>
    public async Task<Outcome<bool>?> SaveAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken)
    {
        if (await sessions.GetAsync(actor.SessionId!, cancellationToken) is not { } session || !session.Value.IsLive(time.GetUtcNow()))
        {
            return AccountProblems.SessionEnded;
        }

        account.Also.Add(sessions.Replace(session.Value with { ProvedAt = time.GetUtcNow() }, session.Version));
        return (await manager.UpdateAsync(account)).Succeeded ? true : default(Outcome<bool>?);
    }
}
