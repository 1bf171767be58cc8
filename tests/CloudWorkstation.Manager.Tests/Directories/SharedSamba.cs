using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Directories;

[assembly: AssemblyFixture(typeof(SharedSamba))]

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>The one domain controller of these tests, made when a test first asks for it. Each test makes the people that it changes.</summary>
public sealed class SharedSamba : IAsyncDisposable
{
    private readonly Lazy<Task<SambaServer>> server = new(() => SambaServer.StartAsync(CancellationToken.None));

    public Task<SambaServer> ServerAsync()
    {
        Assert.SkipUnless(SambaServer.CanRun, "Making a domain needs root.");
        return server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}

internal static class Samba
{
    public const string Password = "Corr3ct horse battery";

    public static DirectorySettings Settings(this SambaServer server, params string[] groups) => new()
    {
        Name = "ad",
        Title = "Corp",
        Kind = DirectoryKind.ActiveDirectory,
        Url = server.Url,
        CaCertificates = server.CaCertificates,
        BindDn = SambaServer.AdminDn,
        BindPassword = Secret.Of(SambaServer.AdminPassword),
        BaseDn = SambaServer.Users,
        CreateIn = SambaServer.Users,
        CreateInGroups = groups,
        TimeoutSeconds = 30,
    };

    public static Task<T> AsAdminAsync<T>(this SambaServer server, Func<LdapConnection, CancellationToken, Task<T>> work) =>
        Slapd.Client(server.Settings()).WithinTimeAsync(
            async (connection, token) =>
            {
                (await connection.BindAsync(SambaServer.AdminDn, SambaServer.AdminPassword, token)).Must("The administrator");
                return await work(connection, token);
            },
            TestContext.Current.CancellationToken);

    /// <summary>A group of the test's own; the result is its DN.</summary>
    public static async Task<string> AddGroupAsync(this SambaServer server, string name, params string[] members)
    {
        var dn = $"CN={name},{SambaServer.Users}";
        (string, byte[][])[] attributes = [("objectClass", [Slapd.Bytes("group")]), ("sAMAccountName", [Slapd.Bytes(name)])];
        (string, byte[][])[] all = members.Length == 0 ? attributes : [.. attributes, ("member", [.. members.Select(Slapd.Bytes)])];
        await server.AsAdminAsync(async (c, token) => (await c.AddAsync(dn, all, token)).Must("Adding " + name));
        return dn;
    }

    /// <summary>A person of the test's own, made as the product makes people; the result is their name.</summary>
    public static async Task<string> AddPersonAsync(this SambaServer server, params string[] groups)
    {
        var name = NewName();
        await server.AsAdminAsync(async (c, token) =>
        {
            (string, byte[][])[] attributes =
            [
                ("objectClass", [Slapd.Bytes("user")]), ("sAMAccountName", [Slapd.Bytes(name)]), ("displayName", [Slapd.Bytes("Person " + name)]), ("mail", [Slapd.Bytes(name + "@corp.test")]),
                ("unicodePwd", [System.Text.Encoding.Unicode.GetBytes($"\"{Password}\"")]), ("userAccountControl", [Slapd.Bytes("512")]),
            ];
            (await c.AddAsync(DnOf(name), attributes, token)).Must("Adding " + name);
            foreach (var group in groups)
            {
                (await c.ModifyAsync(group, LdapChange.Add, "member", [Slapd.Bytes(DnOf(name))], token)).Must("Joining " + group);
            }

            return true;
        });
        return name;
    }

    public static Task<LdapResult> SetAsync(this SambaServer server, string name, string attribute, string value) => server.AsAdminAsync(
        async (c, token) => (await c.ModifyAsync(DnOf(name), LdapChange.Replace, attribute, [Slapd.Bytes(value)], token)).Must($"Setting {attribute}"));

    public static string NewName(string before = "p") => before + Guid.NewGuid().ToString("N")[..10];

    public static string DnOf(string name) => $"CN={name},{SambaServer.Users}";
}
