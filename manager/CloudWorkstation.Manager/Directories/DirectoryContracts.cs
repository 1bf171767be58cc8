namespace CloudWorkstation.Manager.Directories;

/// <summary>A person as a directory has them.</summary>
/// <param name="Directory">The directory's name in the settings.</param>
/// <param name="Dn">Where they are now; changes when they are moved.</param>
/// <param name="Id">What never changes.</param>
/// <param name="UserName">What they sign in with.</param>
public sealed record DirectoryEntry(string Directory, string Dn, string Id, string UserName)
{
    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    /// <value>Names, sorted.</value>
    public IReadOnlyList<string> Groups { get; init; } = [];
}

/// <summary>An account to be made in a directory.</summary>
public sealed record NewDirectoryUser
{
    /// <value>
    /// Names the wish, for example the operation's id, and is written into the entry: when the same wish comes again, its entry is completed; an
    /// entry of that name that anybody else made is never touched.
    /// </value>
    public required string Request { get; init; }

    public required string UserName { get; init; }

    public required string DisplayName { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    public override string ToString() => $"{nameof(NewDirectoryUser)} {UserName} ({Request})";
}

/// <summary>Makes accounts in a directory.</summary>
public interface IDirectoryWriter
{
    /// <summary>Directories that accounts can be made in: enabled, with <see cref="DirectorySettings.CreateIn"/>.</summary>
    Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the account, lets it sign in with the password and puts it into the groups of the settings. May be repeated after any failure: what is
    /// there already is kept. Refuses with <c>user_name_taken</c> (409), <c>invalid</c> with field <c>password</c> or <c>userName</c> (422: the
    /// directory's own rules), <c>not_found</c> (404), <c>directory_refused</c> (409: settings or rights there, for an administrator to
    /// mend) and, worth a retry, <c>directory_unavailable</c> (503).
    /// </summary>
    Task<Outcome<DirectoryEntry>> CreateAsync(string directoryName, NewDirectoryUser user, CancellationToken cancellationToken);
}

/// <summary>One thing that was tried.</summary>
/// <param name="Name"><c>connection</c>, <c>searchAccount</c>, <c>people</c>, <c>person</c>.</param>
/// <param name="Succeeded">Whether it worked; the first that does not is the last.</param>
/// <param name="Detail">What was found, or what is wrong and how to mend it.</param>
public sealed record DirectoryTestStep(string Name, bool Succeeded, string Detail);

/// <summary>What a directory does with the settings as they are.</summary>
/// <param name="Succeeded">Every step did.</param>
/// <param name="Steps">In the order of a sign-in.</param>
public sealed record DirectoryTest(bool Succeeded, IReadOnlyList<DirectoryTestStep> Steps)
{
    /// <value>What an administrator must know before they go on.</value>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <value>Who was asked for, when they were found.</value>
    public DirectoryEntry? Person { get; init; }
}

/// <summary>How the directories are, and what one would do with other settings.</summary>
public interface IDirectoryTester
{
    /// <summary>As this process has seen them; another replica may have seen them otherwise.</summary>
    Task<Outcome<IReadOnlyList<DirectoryState>>> StatesAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Connects, binds, counts people and looks for one. Nothing is stored. A password that is to be kept is the stored one, for the stored address only.</summary>
    Task<Outcome<DirectoryTest>> TestAsync(Actor actor, DirectorySettings directory, string? userName, CancellationToken cancellationToken);
}
