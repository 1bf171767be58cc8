namespace CloudWorkstation.Manager.Configuration;

/// <summary>One difference between a configuration and the installation.</summary>
/// <param name="Kind"><c>entitlement</c>, <c>role</c>, <c>group</c>, <c>settings</c> or <c>account</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action"><c>add</c>, <c>change</c>, <c>remove</c>; an account is not removed but disabled.</param>
/// <param name="Fields">What differs.</param>
/// <param name="Line">Where it stands in the file; 0 for what does not.</param>
public sealed record ConfigurationChange(string Kind, string Name, string Action, IReadOnlyList<string> Fields, long Line);

/// <summary>A password that was made for a new account, told this once.</summary>
public sealed record GeneratedPassword(string UserName, string Password)
{
    public override string ToString() => UserName;
}

/// <summary>What an import would do or has done.</summary>
/// <param name="Applied">Whether it has been done.</param>
/// <param name="Changes">In the order in which they are done; none when the installation is as the file says.</param>
/// <param name="Passwords">For new accounts that asked for one.</param>
public sealed record ConfigurationResult(bool Applied, IReadOnlyList<ConfigurationChange> Changes, IReadOnlyList<GeneratedPassword> Passwords);

/// <param name="DryRun">Only looks.</param>
/// <param name="Prune">Removes what the file's kinds do not name: entitlements, roles and groups, and disables local accounts.</param>
public sealed record ImportOptions(bool DryRun, bool Prune)
{
    /// <value>Somebody reads the answer, and with it the passwords that were made. At the start of the product nobody does.</value>
    public bool TellsPasswords { get; init; } = true;
}

/// <summary>The whole configuration of an installation as one text.</summary>
public interface IConfigurationFiles
{
    /// <summary>As YAML; secrets show as <c>{set: true}</c>. Needs to read accounts, access rules and settings.</summary>
    Task<Outcome<string>> ExportAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the installation as the file says. Everything is checked before anything is changed. Entitlements, roles and groups change together or not at
    /// all; sections and accounts one by one. Stopped anywhere and run again, it goes on where it was.
    /// </summary>
    Task<Outcome<ConfigurationResult>> ImportAsync(Actor actor, string text, ISecretSources secrets, ImportOptions options, CancellationToken cancellationToken);

    /// <summary>What can be said of a file without an installation.</summary>
    IReadOnlyList<ConfigurationProblem> Validate(string text);
}
