using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

internal enum CodeUse
{
    Wrong,

    /// <summary>Was right, and was used before.</summary>
    Replayed,

    App,

    Recovery,
}

/// <summary>
/// Judges codes. What a code uses up is set in the record and counts with the record's next commit, on the condition that nobody changed it
/// since it was read: of two who bring the same code at once, one has to read again and finds it used.
/// </summary>
internal sealed class FactorCodes(AccountUserStore accounts, AccountManager manager, SecretSeal seal, IAuditLog audit, IOptions<AccountOptions> options, TimeProvider time)
{
    private const string Purpose = "second-factor";

    public static readonly TimeSpan EnrolmentLives = TimeSpan.FromMinutes(15);

    /// <summary>The problem when too many wrong codes came before.</summary>
    public Problem? Locked(AccountRecord account)
    {
        var now = time.GetUtcNow();
        return account.Factors.Failures.IsLocked(now) ? AccountProblems.LockedOut(account.Factors.Failures.LockedUntil!.Value - now) : null;
    }

    /// <summary>Shows a new secret; the commit is the caller's.</summary>
    public Enrolment Begin(AccountRecord account)
    {
        var secret = Base32.Encode(Totp.NewSecret());
        var expires = time.GetUtcNow() + EnrolmentLives;
        account.Factors = account.Factors with { Pending = new PendingFactor(seal.Seal(Purpose, account.Id, secret), expires) };
        return new Enrolment(secret, account.UserName, expires);
    }

    /// <summary>Puts the secret in force whose code this is; null when it is not one of the secret shown last. The commit is the caller's.</summary>
    public IReadOnlyList<string>? Confirm(AccountRecord account, string code)
    {
        var now = time.GetUtcNow();
        if (account.Factors.Pending is not { } pending || now >= pending.ExpiresAt || Totp.Match(Secret(account, pending.Box), Digits(code), now) is not { } step)
        {
            return null;
        }

        var codes = RecoveryCodes.New();
        var app = new SecondFactorState { Box = pending.Box, EnrolledAt = now, LastStep = step };
        account.Factors = new AccountFactors { App = app, Passkeys = account.Factors.Passkeys, Codes = Hashes(codes, account) };
        return codes;
    }

    public static IReadOnlyList<string> RenewRecoveryCodes(AccountRecord account)
    {
        var codes = RecoveryCodes.New();
        account.Factors = account.Factors with { Codes = Hashes(codes, account) };
        return codes;
    }

    /// <summary>Uses a code up, in the record; the commit is the caller's.</summary>
    public CodeUse Use(AccountRecord account, string code)
    {
        if (RecoveryCodes.LooksLikeOne(code))
        {
            var all = account.Factors.RecoveryCodes;
            var left = all.Where(h => h != RecoveryCodes.Hash(code, account.Id)).ToList();
            return left.Count == all.Count ? CodeUse.Wrong : Accept(account, account.Factors with { Codes = left }, CodeUse.Recovery);
        }

        return account.Factors.App is not { } app ? CodeUse.Wrong : UseOfApp(account, app, code);
    }

    private CodeUse UseOfApp(AccountRecord account, SecondFactorState app, string code) =>
        Totp.Match(Secret(account, app.Box), Digits(code), time.GetUtcNow()) is not { } step ? CodeUse.Wrong
            : step <= app.LastStep ? CodeUse.Replayed
            : Accept(account, account.Factors with { App = app with { LastStep = step } }, CodeUse.App);

    /// <summary>
    /// Refuses a code. A wrong one is counted before anybody hears that it was wrong, and whoever else writes to the account; when others
    /// have locked it meanwhile, that is the answer.
    /// </summary>
    public async Task<Problem> RefuseAsync(string accountId, CodeUse use, string action, string? address)
    {
        while (true)
        {
            var account = await accounts.FindByIdAsync(accountId, CancellationToken.None) ?? throw new InvalidOperationException($"The account '{accountId}' is gone.");
            if (Locked(account) is { } locked)
            {
                return locked;
            }

            if (use == CodeUse.Wrong)
            {
                account.Factors = account.Factors with { Failures = account.Factors.Failures.AfterFailure(time.GetUtcNow(), options.Value) };
            }

            account.Also.Add(audit.Entry(account.ToActor(null, address), action, account.AuditTarget, AuditResults.Refused, use == CodeUse.Wrong ? "code" : "code used before"));
            if ((await manager.UpdateAsync(account)).Succeeded)
            {
                return use == CodeUse.Wrong ? AccountProblems.InvalidCode : AccountProblems.CodeUsed;
            }

            await Task.Yield();
        }
    }

    private static CodeUse Accept(AccountRecord account, AccountFactors factors, CodeUse use)
    {
        account.Factors = factors with { Failures = LockoutState.None };
        return use;
    }

    private static IReadOnlyList<string> Hashes(IReadOnlyList<string> codes, AccountRecord account) => [.. codes.Select(c => RecoveryCodes.Hash(c, account.Id))];

    private static string Digits(string code) => code.Replace(" ", "", StringComparison.Ordinal);

    private byte[] Secret(AccountRecord account, string box) => Base32.Decode(seal.Open(Purpose, account.Id, box));
}
