using System.Security.Cryptography.X509Certificates;

namespace CloudWorkstation.Manager.Directories.Ldap;

internal enum LdapEncryption
{
    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>TLS before anything is said.</summary>
    StartTls,

    /// <summary>None; somebody has allowed it by name.</summary>
    None,
}

/// <summary>Where a directory is and how it is talked to.</summary>
/// <param name="Host">Name or address, which its certificate must be for.</param>
/// <param name="Trusted">Authorities that may vouch for it; null: those of this system.</param>
internal sealed record LdapAddress(string Host, int Port, LdapEncryption Encryption, X509Certificate2Collection? Trusted)
{
    public override string ToString() => $"{Host}:{Port}";
}
