using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>The refusals of this room, worded once.</summary>
internal static class AccountProblems
{
    public static Problem Forbidden { get; } = new(ProblemKind.Forbidden, "forbidden", "Your roles do not allow this. Ask an administrator.");

    /// <summary>Nobody hands out, or takes over, more than they have themselves.</summary>
    public static Problem Beyond { get; } = new(ProblemKind.Forbidden, "forbidden", "This account has, or would get, permissions that you do not have yourself. Ask an administrator.");

    public static Problem InvalidCredentials { get; } =
        new(ProblemKind.Unauthenticated, "invalid_credentials", "The user name or the password is wrong.");

    /// <summary>Depends on the directories alone and not on the name, so that it tells nothing about the name.</summary>
    public static Problem DirectoryUnavailable { get; } = new(
        ProblemKind.Unavailable,
        "directory_unavailable",
        "The user name or the password is wrong, or the directory that knows them does not answer at the moment. Try again in a few minutes.");

    public static Problem Disabled { get; } =
        new(ProblemKind.Forbidden, "account_disabled", "This account is disabled. Ask an administrator to enable it.");

    public static Problem Banned(TimeSpan left) => new(ProblemKind.Forbidden, "banned", "You are kept out for a while. Ask an administrator if you think that is a mistake.")
    {
        Extensions = new Dictionary<string, string> { ["retryAfterSeconds"] = Math.Max(1, (int)Math.Ceiling(left.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    public static Problem SessionEnded { get; } = new(ProblemKind.Unauthenticated, "session_ended", "Your session has ended. Sign in again.");

    public static Problem Unauthenticated { get; } = new(ProblemKind.Unauthenticated, "unauthenticated", "Sign in first.");

    public static Problem LastAdmin { get; } = new(
        ProblemKind.Conflict, "last_admin", "This is the last enabled administrator. Make somebody else an administrator first.");

    public static Problem Stale { get; } =
        new(ProblemKind.Stale, "stale", "The account was changed by somebody else since you read it. Load it again.");

    public static Problem Busy { get; } =
        new(ProblemKind.Conflict, "busy", "The account is being changed by others at this moment. Try again.");

    /// <summary>About the code that was typed, not about the session or the challenge, which stay good.</summary>
    public static Problem InvalidCode { get; } = new(ProblemKind.Invalid, "invalid_code", "The code is wrong.")
    {
        Errors = [new FieldError("code", "This code is not right. Codes change every 30 seconds; take the present one.")],
    };

    public static Problem CodeUsed { get; } = new(ProblemKind.Invalid, "code_used", "The code was used already.")
    {
        Errors = [new FieldError("code", "This code was used already. Wait for the next one.")],
    };

    public static Problem ChallengeEnded { get; } =
        new(ProblemKind.Unauthenticated, "challenge_ended", "This sign-in has expired or is complete. Begin again with your user name.");

    public static Problem NoSecondFactor { get; } = new(ProblemKind.Conflict, "no_second_factor", "No second factor is set up for this account.");

    public static Problem SecondFactorMandatory { get; } = new(
        ProblemKind.Conflict, "second_factor_mandatory", "Your administrator demands a second factor of you. You can set up another one in its place.");

    public static Problem SessionRequired { get; } = new(
        ProblemKind.Forbidden, "session_required", "An API token cannot do this. Sign in.");

    /// <summary>The same for tokens that never were, have expired or are revoked, and for those of disabled accounts.</summary>
    public static Problem UnknownToken { get; } =
        new(ProblemKind.Unauthenticated, "unauthenticated", "This API token is unknown, has expired or was revoked. Make a new one.");

    public static Problem NotYourToken { get; } =
        new(ProblemKind.Forbidden, "forbidden", "A person's tokens are made by that person alone. For a program, make a service account.");

    public static Problem PasswordsOff { get; } = new(
        ProblemKind.Forbidden, "password_sign_in_disabled", "Signing in with a password of CloudWorkstation's own is switched off. Sign in with your organisation's account.");

    public static Problem ServiceAccount { get; } = new(
        ProblemKind.Forbidden, "service_account", "A service account has no password and no second factor, and nobody signs in with it. Give it an API token.");

    public static Problem PasskeyRefused { get; } = new(
        ProblemKind.Unauthenticated, "passkey_refused", "This passkey was not accepted. Try again, or sign in another way.");

    /// <summary>The same for one who is signed in, where the session stays good.</summary>
    public static Problem PasskeyNotTaken { get; } = new(ProblemKind.Invalid, "passkey_not_taken", "This passkey was not accepted. Begin again.");

    public static Problem PasskeyNeedsMore { get; } = new(
        ProblemKind.Forbidden, "passkey_not_alone", "For this account a passkey is the second factor only. Sign in with your organisation's account first.");

    public static Problem TooManyPasskeys(int most) => new(ProblemKind.Conflict, "too_many_passkeys", $"An account has at most {most} passkeys. Remove one that you no longer use.");

    public static Problem PasskeysUnavailable(string reason) => new(ProblemKind.Conflict, "passkeys_unavailable", reason);

    /// <param name="by"><c>code</c>, <c>passkey</c>, <c>password</c>, or <c>sign-in</c> for those who have none of them.</param>
    /// <param name="withPasskey">A passkey will do, too.</param>
    public static Problem ProofRequired(string by, bool withPasskey = false) => new(
        ProblemKind.Forbidden,
        "proof_required",
        by switch
        {
            "code" => "Show again that it is you: enter a code of your authenticator app.",
            "passkey" => "Show again that it is you: use your passkey, or one of your recovery codes.",
            "password" => "Show again that it is you: enter your password.",
            _ => "You signed in a while ago. Sign in again, then repeat this.",
        })
    {
        Extensions = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = by, ["passkey"] = withPasskey ? "true" : "false" },
    };

    public static Problem LockedOut(TimeSpan remaining)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(remaining.TotalSeconds));
        return new(ProblemKind.Exhausted, "locked_out", $"Too many failed attempts. Try again in {seconds} seconds.")
        {
            Extensions = RetryAfter(seconds),
        };
    }

    public static Problem RotatedRecently(TimeSpan remaining)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(remaining.TotalSeconds));
        return new(
            ProblemKind.Conflict,
            "rotated_recently",
            $"The keys rotated a moment ago and tokens of the key before are still in use. Try again in {seconds} seconds.")
        {
            Extensions = RetryAfter(seconds),
        };
    }

    public static bool IsConcurrencyFailure(this IdentityResult result) =>
        result.Errors.Any(e => string.Equals(e.Code, nameof(IdentityErrorDescriber.ConcurrencyFailure), StringComparison.Ordinal));

    /// <summary>Our validators put the field's name into the error's code.</summary>
    public static Problem ToProblem(this IdentityResult result, string passwordField = "password") => Problem.Invalid(
        [.. result.Errors.Select(e => new FieldError(string.Equals(e.Code, "password", StringComparison.Ordinal) ? passwordField : e.Code, e.Description))]);

    private static Dictionary<string, string> RetryAfter(long seconds) => new(StringComparer.Ordinal)
    {
        ["retryAfterSeconds"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
