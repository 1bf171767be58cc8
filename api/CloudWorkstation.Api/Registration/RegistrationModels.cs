using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Registration.Proofs;

namespace CloudWorkstation.Api.Registration;

public sealed record RegisterRequest
{
    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    /// <value>The work of a challenge from <c>POST /auth/challenges</c>.</value>
    public required Proof Proof { get; init; }

    /// <value>Leave it out. People do not see the field of the form; who fills it in is no person.</value>
    public string? Website { get; init; }

    public RegistrationRequest ToRequest() => new(UserName, DisplayName, Email, Password, Proof) { Trap = Website };
}

public sealed record VerifyRequest
{
    /// <value>What stands behind the <c>#</c> of the mail's link.</value>
    public required string Token { get; init; }

    /// <value>Another user name, after the first turned out to be taken.</value>
    public string? UserName { get; init; }
}

public sealed record TicketRequest
{
    public required string Ticket { get; init; }
}

public sealed record PasswordResetRequest
{
    public required string Email { get; init; }

    /// <value>The work of a challenge from <c>POST /auth/challenges</c>.</value>
    public required Proof Proof { get; init; }
}

public sealed record NewPasswordRequest
{
    /// <value>What stands behind the <c>#</c> of the mail's link.</value>
    public required string Token { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary>The same whatever became of the request; the mail says more.</summary>
/// <param name="Mailed">Always true.</param>
public sealed record MailedAnswer(bool Mailed);

/// <summary>How a registration stands.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="UserName">To sign in with.</param>
/// <param name="Detail">Why, or what it waits for.</param>
/// <param name="Attempts">How often the directory was asked.</param>
/// <param name="NextAttemptAt">When it is asked next.</param>
/// <param name="Ticket">Secret, for asking how it goes on; only in the answer to the link.</param>
public sealed record ProgressAnswer(RegistrationState State, string UserName, string? Detail, int Attempts, DateTimeOffset? NextAttemptAt, string? Ticket)
{
    public static ProgressAnswer From(RegistrationProgress progress, string? ticket = null) =>
        new(progress.State, progress.UserName, progress.Detail, progress.Attempts, progress.NextAttemptAt, ticket);
}

public sealed record DecisionRequest
{
    /// <value>Another user name than the one that was asked for.</value>
    public string? UserName { get; init; }
}

public sealed record RefusalRequest
{
    /// <value>The person reads it.</value>
    public string? Reason { get; init; }
}
