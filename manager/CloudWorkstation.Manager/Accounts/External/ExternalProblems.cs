namespace CloudWorkstation.Manager.Accounts.External;

internal static class ExternalProblems
{
    public static Problem NoSubject { get; } = new(
        ProblemKind.Forbidden, "forbidden", "The provider does not say who you are in a way that stays the same. Ask an administrator to look at the provider's settings.");
}
