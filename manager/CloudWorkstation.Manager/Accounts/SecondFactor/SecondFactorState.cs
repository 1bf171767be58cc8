using CloudWorkstation.Manager.Accounts.SignIn;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>An account's second factor as stored.</summary>
internal sealed record SecondFactorState
{
    /// <value>The app's secret, sealed.</value>
    public required string Box { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    /// <value>The step of the last code that was used: neither it nor an older one is good again.</value>
    public required long LastStep { get; init; }

    /// <value>Hashes of the recovery codes that are left.</value>
    public required IReadOnlyList<string> RecoveryCodes { get; init; }
}

/// <summary>A secret that was shown and not confirmed yet. It protects nothing until a code of it has come back.</summary>
internal sealed record PendingFactor(string Box, DateTimeOffset ExpiresAt);

/// <summary>Everything about the second factor in an account's document. The failures are counted apart from wrong passwords: a right password must not forgive them.</summary>
internal sealed record AccountFactors
{
    public SecondFactorState? App { get; init; }

    public PendingFactor? Pending { get; init; }

    public LockoutState Failures { get; init; } = LockoutState.None;

    public static AccountFactors None { get; } = new();
}
