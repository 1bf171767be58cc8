namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>The refusals of this room, worded once. The sign-in page has a sentence of its own for each code.</summary>
internal static class ProviderProblems
{
    public static Problem Unknown { get; } = new(ProblemKind.NotFound, "unknown_provider", "There is no such provider, or it is switched off.");

    public static Problem Expired { get; } = new(
        ProblemKind.Malformed, "sign_in_expired", "This sign-in was begun too long ago, in another browser, or more than once. Begin again.");

    public static Problem Denied { get; } = new(ProblemKind.Forbidden, "provider_denied", "The sign-in was cancelled at the provider.");

    public static Problem NotAdmitted { get; } = new(
        ProblemKind.Forbidden, "not_admitted", "Your account at the provider is not among those that may use this installation. Ask an administrator.");

    public static Problem NoExchange { get; } = new(ProblemKind.Forbidden, "provider_refused", "The token was not issued by a provider whose tokens are exchanged here.");

    public static Problem Unavailable(string why) => new(ProblemKind.Unavailable, "provider_unavailable", $"The provider does not answer as it should: {why}");

    public static Problem Refused(string why) => new(ProblemKind.Forbidden, "provider_refused", $"The provider's answer cannot be trusted: {why}");
}
