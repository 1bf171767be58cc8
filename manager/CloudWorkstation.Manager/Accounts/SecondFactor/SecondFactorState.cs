using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Accounts.Passkeys;
using CloudWorkstation.Manager.Accounts.SignIn;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>An account's second factor as stored.</summary>
internal sealed record SecondFactorState
{
    /// <value>The app's secret, sealed.</value>
    public required string Box { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    /// <value>The step of the last code that was used: neither it nor an older one is good again.</value>
    public required long LastStep { get; init; }

    /// <value>Where the hashes of recovery codes were before passkeys had some too; see <see cref="AccountFactors.RecoveryCodes"/>.</value>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}

/// <summary>A secret that was shown and not confirmed yet. It protects nothing until a code of it has come back.</summary>
internal sealed record PendingFactor(string Box, DateTimeOffset ExpiresAt);

/// <summary>Everything about the second factor in an account's document. The failures are counted apart from wrong passwords: a right password must not forgive them.</summary>
internal sealed record AccountFactors
{
    public SecondFactorState? App { get; init; }

    public PendingFactor? Pending { get; init; }

    public IReadOnlyList<PasskeyRecord> Passkeys { get; init; } = [];

    /// <value>Hashes of the recovery codes that are left; null in documents from before, which have them beside the app.</value>
    public IReadOnlyList<string>? Codes { get; init; }

    public LockoutState Failures { get; init; } = LockoutState.None;

    public static AccountFactors None { get; } = new();

    /// <value>Signing in asks for a second factor.</value>
    [JsonIgnore]
    public bool AreSet => App is not null || Passkeys.Count > 0;

    [JsonIgnore]
    public IReadOnlyList<string> RecoveryCodes => Codes ?? App?.RecoveryCodes ?? [];

    /// <summary>After a passkey was used: its counter moves on with the commit that its use allows.</summary>
    public AccountFactors WithUsed(UserPasskeyInfo used, DateTimeOffset now) => this with
    {
        Passkeys = [.. Passkeys.Select(p => p.Is(used.CredentialId) ? p with { SignCount = used.SignCount, BackedUp = used.IsBackedUp, LastUsedAt = now } : p)],
    };

    /// <summary>Without the app; the recovery codes go with the last factor.</summary>
    public AccountFactors WithoutApp() => Passkeys.Count == 0 ? None : this with { App = null, Pending = null, Codes = RecoveryCodes, Failures = LockoutState.None };
}
