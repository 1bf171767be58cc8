using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Directories;

/// <summary>Section <c>directories</c>: whom a user name and a password may be asked of besides our own accounts, in this order.</summary>
public sealed record DirectoriesSettings
{
    public IReadOnlyList<DirectorySettings> Directories { get; init; } = [];
}

/// <summary>What sort of server a directory is: sets the names of the attributes and how accounts are made there.</summary>
public enum DirectoryKind
{
    /// <summary>OpenLDAP, 389 Directory Server and others with <c>inetOrgPerson</c> and <c>entryUUID</c>.</summary>
    OpenLdap,

    /// <summary>Active Directory, from Microsoft or as Samba's domain controller.</summary>
    ActiveDirectory,
}

/// <summary>How a person's groups are found.</summary>
public enum DirectoryGroups
{
    /// <summary>The attribute <c>memberOf</c> of the person's entry.</summary>
    MemberOf,

    /// <summary>A search for the groups that name the person.</summary>
    Search,

    /// <summary>Nobody is in a group by this directory.</summary>
    None,
}

/// <summary>One LDAP directory.</summary>
public sealed record DirectorySettings
{
    /// <value>Lower-case letters, digits and hyphens. Part of who somebody is: with another name, its people are new people.</value>
    public string Name { get; init; } = "";

    /// <value>What people call it; the name stands in for it.</value>
    public string? Title { get; init; }

    public bool Enabled { get; init; } = true;

    public DirectoryKind Kind { get; init; }

    /// <value><c>ldaps://host[:636]</c>, or <c>ldap://host[:389]</c> with <see cref="StartTls"/>.</value>
    public string Url { get; init; } = "";

    /// <value>Turns a connection of <c>ldap://</c> into an encrypted one before anything is said.</value>
    public bool StartTls { get; init; }

    /// <value>Lets passwords go over the network in clear. For a directory on this very machine, if at all.</value>
    public bool AllowUnencrypted { get; init; }

    /// <value>Certificates of the authorities that vouch for the server: PEM text, or the path of a file with it. None: those this system trusts.</value>
    public string? CaCertificates { get; init; }

    /// <value>The account that searches; none: anonymous.</value>
    public string? BindDn { get; init; }

    [SentTo(nameof(Url), nameof(StartTls), nameof(CaCertificates))]
    public Secret? BindPassword { get; init; }

    /// <value>Where people are.</value>
    public string BaseDn { get; init; } = "";

    /// <value>Finds one person; <c>{user}</c> stands for what they typed. None: by the kind.</value>
    public string? UserFilter { get; init; }

    /// <value>None: <c>uid</c>, or <c>sAMAccountName</c>.</value>
    public string? UserNameAttribute { get; init; }

    /// <value>None: <c>displayName</c>, and <c>cn</c> where an entry has none.</value>
    public string? DisplayNameAttribute { get; init; }

    /// <value>None: <c>mail</c>.</value>
    public string? EmailAttribute { get; init; }

    /// <value>What stays when a person is renamed. None: <c>entryUUID</c>, or <c>objectGUID</c>.</value>
    public string? IdAttribute { get; init; }

    public DirectoryGroups Groups { get; init; }

    /// <value>Where groups are; none: <see cref="BaseDn"/>.</value>
    public string? GroupBaseDn { get; init; }

    /// <value>Finds a person's groups; <c>{dn}</c> and <c>{user}</c> stand for them. None: by the kind.</value>
    public string? GroupFilter { get; init; }

    /// <value>None: <c>cn</c>.</value>
    public string? GroupNameAttribute { get; init; }

    /// <value>Groups within groups count too: Active Directory's matching rule, used with <see cref="DirectoryGroups.Search"/>.</value>
    public bool NestedGroups { get; init; }

    /// <value>Roles of an account that is made at somebody's first sign-in; never <c>admin</c>.</value>
    public IReadOnlyList<string> DefaultRoles { get; init; } = ["user"];

    /// <value>For everything that one sign-in asks of this directory together; the default value is 5.</value>
    public int TimeoutSeconds { get; init; } = 5;

    /// <value>Where self-registration makes accounts; none: it makes none here.</value>
    public string? CreateIn { get; init; }

    /// <value>DNs of the groups that such accounts are put into.</value>
    public IReadOnlyList<string> CreateInGroups { get; init; } = [];
}
