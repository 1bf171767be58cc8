using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Why an attempt failed, before it is known what follows from it.</summary>
internal sealed record FailureCause(FailureKind Kind, string Message, IReadOnlyList<TerraformDiagnostic> Diagnostics)
{
    private const int MostDiagnostics = 20;
    private const int LongestText = 4096;

    /// <summary>The same with the fix, bounded in size, for the store.</summary>
    public Failure At(string operation, DateTimeOffset at) =>
        new(Kind, Cut(Message), FailureCatalogue.Fix(Kind), [.. Diagnostics.Take(MostDiagnostics).Select(Cut)], operation, at);

    private static TerraformDiagnostic Cut(TerraformDiagnostic diagnostic) =>
        diagnostic with { Summary = Cut(diagnostic.Summary), Detail = Cut(diagnostic.Detail) };

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}

/// <summary>What each kind of failure means to a person, and which kinds pass by themselves.</summary>
internal static class FailureCatalogue
{
    /// <summary>Those are tried again without anybody asking.</summary>
    public static bool PassesByItself(FailureKind kind) =>
        kind is FailureKind.Throttled or FailureKind.Network or FailureKind.Capacity or FailureKind.Locked;

    public static FailureCause From(TerraformOutcome outcome)
    {
        var kind = KindOf(outcome.Failure);
        var message = outcome.Failure == TerraformFailureKind.StorageFull
            ? "The disk that holds the data is full; nothing was lost."
            : outcome.Message.Length > 0 ? outcome.Message : Sentence(kind);
        return new FailureCause(kind, message, outcome.Diagnostics);
    }

    public static FailureKind KindOf(TerraformFailureKind kind) => kind switch
    {
        TerraformFailureKind.Template => FailureKind.Template,
        TerraformFailureKind.Parameter => FailureKind.Parameter,
        TerraformFailureKind.Capacity => FailureKind.Capacity,
        TerraformFailureKind.Quota => FailureKind.Quota,
        TerraformFailureKind.Credentials => FailureKind.Credentials,
        TerraformFailureKind.Throttled => FailureKind.Throttled,
        TerraformFailureKind.Network => FailureKind.Network,
        TerraformFailureKind.Timeout => FailureKind.Timeout,
        TerraformFailureKind.Cancelled => FailureKind.Cancelled,
        TerraformFailureKind.Locked => FailureKind.Locked,
        _ => FailureKind.Internal,
    };

    public static string Sentence(FailureKind kind) => kind switch
    {
        FailureKind.Template => "The template could not be applied.",
        FailureKind.Parameter => "The template refused one of the desktop's parameters.",
        FailureKind.Capacity => "The cloud has no room for this desktop right now.",
        FailureKind.Quota => "A limit of the cloud account is used up.",
        FailureKind.Credentials => "The cloud refused our credentials.",
        FailureKind.Throttled => "The cloud asked us to slow down.",
        FailureKind.Network => "A connection to the cloud or to a registry failed.",
        FailureKind.Timeout => "It took longer than it may.",
        FailureKind.Cancelled => "It was cancelled.",
        FailureKind.Locked => "The desktop's state is locked by another run.",
        _ => "Something went wrong on our side.",
    };

    public static string Fix(FailureKind kind) => kind switch
    {
        FailureKind.Template => "Tell whoever looks after the template; the details below say where it fails. Retry after it is corrected, or delete the desktop.",
        FailureKind.Parameter => "Change the desktop's parameters and retry, or delete it and create another.",
        FailureKind.Capacity => "Retry later, or create a desktop of another size.",
        FailureKind.Quota => "An administrator has to raise the limit or free something. Then retry.",
        FailureKind.Credentials => "An administrator has to renew the credentials. Then retry.",
        FailureKind.Throttled => "Retry in a few minutes.",
        FailureKind.Network => "Retry. If it happens again, an administrator should check the connection.",
        FailureKind.Timeout => "Retry. If it happens again, tell an administrator; the log shows where it stood still.",
        FailureKind.Cancelled => "Retry when you want it after all, or delete the desktop.",
        FailureKind.Locked => "Retry in a few minutes. If it stays locked, an administrator has to look for a run that hangs.",
        _ => "Retry. If it happens again, tell an administrator; the log has the details.",
    };
}
