namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>On which step a conversation with a directory broke.</summary>
public enum LdapFault
{
    /// <summary>Its name cannot be resolved, or nobody listens there.</summary>
    Unreachable,

    /// <summary>It took longer than the settings allow.</summary>
    Silent,

    /// <summary>Its certificate is for another host, expired, or of an authority that is not trusted.</summary>
    Certificate,

    /// <summary>No encrypted connection came about.</summary>
    Encryption,

    /// <summary>What it sent is not LDAP.</summary>
    Protocol,

    /// <summary>The account that searches was not let in.</summary>
    SearchAccount,

    /// <summary>It refused something else; the message has its words.</summary>
    Refused,
}

/// <summary>A directory did not do what it is there for.</summary>
public sealed class LdapException(LdapFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public LdapFault Fault { get; } = fault;

    /// <value>The directory's own code, where it gave one.</value>
    public LdapCode? Code { get; init; }
}
