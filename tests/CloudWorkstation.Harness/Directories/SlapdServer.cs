using System.Net;
using System.Text;

namespace CloudWorkstation.Harness.Directories;

/// <summary>
/// A real OpenLDAP server with data of its own on free loopback ports. People: <c>alice</c> (groups Staff and Designers) and <c>bob</c>, password
/// <see cref="Password"/>, and a crowd of <see cref="Crowd"/> who never sign in. Nobody may read anything without an account.
/// </summary>
public sealed class SlapdServer : IAsyncDisposable
{
    public const string BaseDn = "dc=example,dc=test";
    public const string People = "ou=people," + BaseDn;
    public const string Groups = "ou=groups," + BaseDn;
    public const string AdminDn = "cn=admin," + BaseDn;
    public const string SearchDn = "cn=search," + BaseDn;
    public const string Password = "correct horse battery";
    public const int Crowd = 1200;

    private const int StartAttempts = 3;

    private readonly string directory;
    private readonly ChildServer server;
    private readonly int port;

    private SlapdServer(string directory, int port, string authority)
    {
        this.directory = directory;
        this.port = port;
        CaCertificates = authority;
        server = new ChildServer(Path.Combine(directory, "slapd"), "-d", "0", "-f", Path.Combine(directory, "slapd.conf"), "-h", $"{PlainUrl}/ {Url}/");
    }

    /// <value>What must be trusted to believe that the server is itself.</value>
    public string CaCertificates { get; }

    public string Url => $"ldaps://127.0.0.1:{port + 1}";

    public string PlainUrl => $"ldap://127.0.0.1:{port}";

    /// <param name="certificateFor">The address that its certificate is for.</param>
    /// <param name="certificateDays">How long that is valid; below 0 it has expired.</param>
    public static async Task<SlapdServer> StartAsync(CancellationToken cancellationToken, IPAddress? certificateFor = null, int certificateDays = 20)
    {
        var home = Directory.CreateTempSubdirectory("cws-slapd-").FullName;
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Sign(certificateFor ?? IPAddress.Loopback, certificateDays);
        await File.WriteAllTextAsync(Path.Combine(home, "server.pem"), certificate, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, "server.key"), key, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, "ca.pem"), authority.Pem, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, "slapd.conf"), Configuration(home), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(home, "data.ldif"), Data(), cancellationToken);
        Directory.CreateDirectory(Path.Combine(home, "db"));

        // Debian confines /usr/sbin/slapd to the files of its own package; a copy is nobody's.
        File.Copy("/usr/sbin/slapd", Path.Combine(home, "slapd"));
        File.Copy("/usr/sbin/slapd", Path.Combine(home, "slapadd"));
        await ChildServer.RunAsync(Path.Combine(home, "slapadd"), ["-q", "-f", Path.Combine(home, "slapd.conf"), "-l", Path.Combine(home, "data.ldif")], cancellationToken);
        return await StartAsync(home, authority.Pem, cancellationToken);
    }

    /// <summary>Somebody else may take the ports between the choice and the start: slapd then ends before it writes its process id.</summary>
    private static async Task<SlapdServer> StartAsync(string home, string authority, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            File.Delete(Path.Combine(home, "slapd.pid"));
            var slapd = new SlapdServer(home, FreePorts.InARow(2), authority);
            try
            {
                await slapd.server.WaitForAsync(async () => File.Exists(Path.Combine(home, "slapd.pid")) && await ChildServer.ListensAsync(slapd.port + 1), "slapd", TimeSpan.FromSeconds(40), cancellationToken);
                return slapd;
            }
            catch (TimeoutException) when (attempt < StartAttempts)
            {
                await slapd.server.DisposeAsync();
            }
            catch
            {
                await slapd.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static string Configuration(string directory) => $"""
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/nis.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload memberof
        moduleload ppolicy
        TLSCertificateFile {directory}/server.pem
        TLSCertificateKeyFile {directory}/server.key
        TLSCACertificateFile {directory}/ca.pem
        pidfile {directory}/slapd.pid
        argsfile {directory}/slapd.args
        sizelimit size=200 size.prtotal=unlimited
        threads 4
        database mdb
        suffix "{BaseDn}"
        directory {directory}/db
        maxsize 268435456
        dbnosync
        rootdn "{AdminDn}"
        rootpw "{Password}"
        index objectClass,uid,entryUUID,member eq
        access to attrs=userPassword by anonymous auth by * none
        access to * by dn.exact="{SearchDn}" read by * none
        overlay memberof
        overlay ppolicy
        """;

    private static string Data()
    {
        var ldif = new StringBuilder($"""
            dn: {BaseDn}
            objectClass: dcObject
            objectClass: organization
            dc: example
            o: Example

            dn: {People}
            objectClass: organizationalUnit
            ou: people

            dn: {Groups}
            objectClass: organizationalUnit
            ou: groups

            dn: {SearchDn}
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: search
            userPassword: {Password}

            dn: cn=strict,{BaseDn}
            objectClass: organizationalRole
            objectClass: pwdPolicy
            cn: strict
            pwdAttribute: userPassword
            pwdLockout: TRUE
            pwdMaxFailure: 2

            dn: ou=elsewhere,{People}
            objectClass: referral
            objectClass: extensibleObject
            ou: elsewhere
            ref: ldap://127.0.0.1:1/ou=elsewhere,{People}


            """);
        ldif.Append(Person("alice", "Alice Example", "Staff", "Designers")).Append(Person("bob", "Bob Example"));
        ldif.Append(Group("Staff", "alice")).Append(Group("Designers", "alice"));
        for (var i = 0; i < Crowd; i++)
            ldif.Append($"dn: uid=crowd{i},{People}\nobjectClass: inetOrgPerson\nuid: crowd{i}\ncn: Crowd {i}\nsn: {i}\n\n");
        return ldif.ToString();
    }

    private static string Person(string uid, string name, params string[] groups) =>
        $"dn: uid={uid},{People}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: Example\ndisplayName: {name}\nmail: {uid}@example.test\nuserPassword: {Password}\n"
        + string.Concat(groups.Select(g => $"memberOf: cn={g},{Groups}\n")) + "\n";

    private static string Group(string name, params string[] members) =>
        $"dn: cn={name},{Groups}\nobjectClass: groupOfNames\ncn: {name}\n" + string.Concat(members.Select(m => $"member: uid={m},{People}\n")) + "\n";
}
