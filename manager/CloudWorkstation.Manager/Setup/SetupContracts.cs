namespace CloudWorkstation.Manager.Setup;

/// <summary>A step of setting the product up.</summary>
/// <param name="Name">One of <see cref="SetupSteps"/>.</param>
/// <param name="State"><c>open</c>, <c>done</c> or <c>skipped</c>.</param>
public sealed record SetupStep(string Name, string State);

/// <summary>How far setting up has come.</summary>
/// <param name="Finished">No step is open, or the list was put away.</param>
/// <param name="Dismissed">Somebody put the list away.</param>
/// <param name="Steps">In their order.</param>
/// <param name="Version">For If-Match.</param>
public sealed record SetupProgress(bool Finished, bool Dismissed, IReadOnlyList<SetupStep> Steps, long Version);

/// <summary>What an administrator says of the steps.</summary>
/// <param name="Steps">Step → <c>done</c>, <c>skipped</c>, <c>open</c>; the others stay as they are.</param>
/// <param name="Dismissed">Puts the list away, or takes it out again.</param>
public sealed record ChangeSetup(IReadOnlyDictionary<string, string>? Steps, bool? Dismissed);

/// <summary>The steps. What the product can see for itself is done without anybody saying so.</summary>
public static class SetupSteps
{
    public const string Admin = "admin";
    public const string Provider = "provider";
    public const string Directory = "directory";
    public const string Mail = "mail";
    public const string Entitlement = "entitlement";
    public const string Desktop = "desktop";

    public static IReadOnlyList<string> All { get; } = [Admin, Provider, Directory, Mail, Entitlement, Desktop];
}

/// <summary>Makes the first administrator of an installation that has no account yet.</summary>
public sealed record ClaimSetup(string Code, string UserName, string Password, string? DisplayName, string? Email);

/// <summary>Setting the product up for the first time.</summary>
public interface ISetup
{
    /// <summary>Whether there is no account and the operator left the first one to the set-up page.</summary>
    Task<bool> IsOpenAsync(CancellationToken cancellationToken);

    /// <summary>The code to tell whoever installs the product, when this process has it.</summary>
    Task<string?> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Works once, with the code.</summary>
    Task<Outcome<string>> ClaimAsync(ClaimSetup claim, string? address, CancellationToken cancellationToken);

    /// <summary>Needs <c>platform.manage</c>.</summary>
    Task<Outcome<SetupProgress>> ReadAsync(Actor actor, CancellationToken cancellationToken);

    Task<Outcome<SetupProgress>> ChangeAsync(Actor actor, ChangeSetup change, CancellationToken cancellationToken);
}
