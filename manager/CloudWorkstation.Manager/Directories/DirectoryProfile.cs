using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Directories;

/// <summary>A directory's settings with what its kind says where they say nothing.</summary>
internal sealed class DirectoryProfile(DirectorySettings settings)
{
    private const string GroupsOfOpenLdap =
        "(|(&(objectClass=groupOfNames)(member={dn}))(&(objectClass=groupOfUniqueNames)(uniqueMember={dn}))(&(objectClass=posixGroup)(memberUid={user})))";

    /// <summary>The rule follows a chain of groups to its end.</summary>
    private const string NestedGroupsOfActiveDirectory = "(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={dn}))";

    public DirectorySettings Settings { get; } = settings;

    public bool IsActiveDirectory => Settings.Kind == DirectoryKind.ActiveDirectory;

    public string Title => Or(Settings.Title, Settings.Name);

    /// <value>Who somebody is elsewhere in the product begins with this.</value>
    public string Source => SourceOf(Settings.Name);

    public TimeSpan Limit => TimeSpan.FromSeconds(Settings.TimeoutSeconds);

    public string UserFilter => Or(
        Settings.UserFilter,
        IsActiveDirectory ? "(&(objectCategory=person)(objectClass=user)(sAMAccountName={user}))" : "(&(objectClass=person)(uid={user}))");

    public string UserName => Or(Settings.UserNameAttribute, IsActiveDirectory ? "sAMAccountName" : "uid");

    public string DisplayName => Or(Settings.DisplayNameAttribute, "displayName");

    public string Email => Or(Settings.EmailAttribute, "mail");

    public string Id => Or(Settings.IdAttribute, IsActiveDirectory ? "objectGUID" : "entryUUID");

    public string GroupBaseDn => Or(Settings.GroupBaseDn, Settings.BaseDn);

    public string GroupFilter => Or(Settings.GroupFilter, !IsActiveDirectory ? GroupsOfOpenLdap : Settings.NestedGroups ? NestedGroupsOfActiveDirectory : "(&(objectClass=group)(member={dn}))");

    public string GroupName => Or(Settings.GroupNameAttribute, "cn");

    public static string SourceOf(string name) => "ldap:" + name;

    /// <summary>Where it is. The settings were checked when they were stored; a file that they name may have gone since.</summary>
    /// <exception cref="LdapException">The certificates cannot be read.</exception>
    public LdapAddress Address()
    {
        var url = new Uri(Settings.Url);
        var tls = url.Scheme == "ldaps";
        var encryption = tls ? LdapEncryption.Tls : Settings.StartTls ? LdapEncryption.StartTls : LdapEncryption.None;
        if (encryption == LdapEncryption.None && !Settings.AllowUnencrypted)
        {
            throw new LdapException(LdapFault.Encryption, $"{Settings.Url} is not encrypted, and nobody has allowed that.");
        }

        return new LdapAddress(url.IdnHost, url.Port > 0 ? url.Port : tls ? 636 : 389, encryption, Trusted());
    }

    /// <summary>Null for what this system trusts.</summary>
    private X509Certificate2Collection? Trusted()
    {
        if (string.IsNullOrWhiteSpace(Settings.CaCertificates))
        {
            return null;
        }

        try
        {
            return ReadCertificates(Settings.CaCertificates);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new LdapException(LdapFault.Certificate, $"The authorities' certificates cannot be read: {e.Message}", e);
        }
    }

    internal static X509Certificate2Collection ReadCertificates(string textOrPath)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(textOrPath.Contains("-----BEGIN", StringComparison.Ordinal) ? textOrPath : File.ReadAllText(textOrPath.Trim()));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it");
    }

    private static string Or(string? text, string otherwise) => string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();
}
