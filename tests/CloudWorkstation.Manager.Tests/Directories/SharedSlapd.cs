using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Directories;

[assembly: AssemblyFixture(typeof(SharedSlapd))]

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>The one OpenLDAP server of these tests, started when a test first asks for it. Each test that changes somebody makes a person of its own.</summary>
public sealed class SharedSlapd : IAsyncDisposable
{
    private readonly Lazy<Task<SlapdServer>> server = new(() => SlapdServer.StartAsync(CancellationToken.None));

    public Task<SlapdServer> ServerAsync() => server.Value;

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}

/// <summary>What tests ask of a directory besides the product.</summary>
internal static class Slapd
{
    /// <summary>As an administrator would set it, with time to spare on a busy machine.</summary>
    public static DirectorySettings Settings(this SlapdServer server, string name = "corp") => new()
    {
        Name = name,
        Title = "Example",
        Url = server.Url,
        CaCertificates = server.CaCertificates,
        BindDn = SlapdServer.SearchDn,
        BindPassword = Secret.Of(SlapdServer.Password),
        BaseDn = SlapdServer.People,
        TimeoutSeconds = 30,
    };

    public static DirectoryClient Client(DirectorySettings settings) => new(new DirectoryProfile(settings), TimeProvider.System);

    /// <summary>Works on the server as its administrator.</summary>
    public static Task<T> AsAdminAsync<T>(this SlapdServer server, Func<LdapConnection, CancellationToken, Task<T>> work) =>
        Client(server.Settings() with { BindDn = SlapdServer.AdminDn }).WithinTimeAsync(
            async (connection, token) =>
            {
                (await connection.BindAsync(SlapdServer.AdminDn, SlapdServer.Password, token)).Must("The administrator");
                return await work(connection, token);
            },
            TestContext.Current.CancellationToken);

    /// <summary>A person of the test's own; the result is their name.</summary>
    public static async Task<string> AddPersonAsync(this SlapdServer server, string? uid = null, params (string Name, string Value)[] more)
    {
        uid ??= "p" + Guid.NewGuid().ToString("N")[..10];
        (string, byte[][])[] attributes =
        [
            ("objectClass", [Bytes("inetOrgPerson")]), ("uid", [Bytes(uid)]), ("cn", [Bytes("Person " + uid)]), ("sn", [Bytes("Person")]),
            ("mail", [Bytes("person@example.test")]), ("userPassword", [Bytes(SlapdServer.Password)]), .. more.Select(m => (m.Name, (byte[][])[Bytes(m.Value)])),
        ];
        await server.AsAdminAsync(async (c, token) => (await c.AddAsync(DnOf(uid), attributes, token)).Must("Adding " + uid));
        return uid;
    }

    public static string DnOf(string uid) => $"uid={DistinguishedName.Escape(uid)},{SlapdServer.People}";

    public static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
