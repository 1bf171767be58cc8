namespace CloudWorkstation.Manager.Registration;

/// <summary>The refusals of this room, worded once.</summary>
internal static class RegistrationProblems
{
    public static Problem Closed { get; } = new(ProblemKind.Forbidden, "registration_closed", "Nobody can register here. Ask an administrator for an account.");

    public static Problem ResetClosed { get; } = new(ProblemKind.Forbidden, "registration_closed", "Passwords cannot be reset by mail here. Ask an administrator.");

    /// <summary>The same for every link that does not work, so that nothing can be learnt by trying.</summary>
    public static Problem LinkInvalid { get; } = new(
        ProblemKind.NotFound, "link_invalid", "This link does not work: it was used before, has expired, or is not whole. Ask for a new one.");

    /// <summary>Only for who has shown that the address is theirs.</summary>
    public static Problem AddressTaken { get; } = new(
        ProblemKind.Conflict, "conflict", "There is an account for this e-mail address already. Sign in, or set a new password if you have forgotten yours.");

    public static Problem AddressFromOutside { get; } = new(
        ProblemKind.Conflict, "address_from_outside", "Your organisation's account says your e-mail address. Change it there; it is taken over at your next sign-in.");

    public static Problem NotWaiting { get; } = new(ProblemKind.Conflict, "conflict", "The registration does not wait for this any more. Look at it again.");

    public static Problem Underway { get; } = new(ProblemKind.Conflict, "busy", "The directory is being asked at this moment. Try again in a minute.");

    public static Problem NameTaken(string name) => Problem.Invalid(new FieldError("userName", $"The user name '{name}' is taken. Choose another."));
}
