using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Tests.Accounts;

/// <summary>Replicas on machines of their own, with one store in common: every host here has its own data directory.</summary>
public sealed class StoredKeysTests : IDisposable
{
    private const int Timeout = 60_000;
    private static readonly string Master = NewMaster();

    private readonly AccountsHost first = new(InStore(Master), freshKeys: true);

    public void Dispose() => first.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task Replicas_that_start_at_once_make_one_ring_and_one_desktop_proxy_key()
    {
        using var second = Replica();
        using var third = Replica();

        var rings = await Task.WhenAll(new[] { first, second, third }.Select(h => Task.Run(() => (h.Keys.Published, Proxy: h.Keys.DesktopProxyKey.PublicPem()))));

        rings.Skip(1).ShouldAllBe(r => r.Published.SequenceEqual(rings[0].Published) && r.Proxy == rings[0].Proxy);
        Directory.Exists(Path.Combine(first.Paths.Keys, "signing")).ShouldBeFalse("nothing is left on this machine's disk");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_of_one_replica_is_good_at_another_before_and_after_a_rotation()
    {
        using var second = Replica();
        await first.CreateAsync("alice");
        var before = (await first.SignInAsync("alice")).Value;
        (await second.RefusalAsync(before)).ShouldBeNull();

        (await first.Keys.RotateAsync(Actor.System, AccountsHost.Token)).Succeeded.ShouldBeTrue();

        var after = (await first.SignInAsync("alice")).Value;
        (await second.RefusalAsync(after)).ShouldBeNull("the key that signs now was published before");
        (await second.RefusalAsync(before)).ShouldBeNull();
        (await first.RefusalAsync(before)).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_two_replicas_that_rotate_at_once_one_does_and_the_other_follows()
    {
        using var second = Replica();
        second.Keys.Published.ShouldBe(first.Keys.Published);

        var outcomes = await Task.WhenAll(new[] { first, second }.Select(h => Task.Run(() => h.Keys.RotateAsync(Actor.System, AccountsHost.Token))));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Single(o => !o.Succeeded).Problem.ShouldNotBeNull().Code.ShouldBe("rotated_recently");
        foreach (var replica in new[] { first, second })
        {
            await FollowAsync(replica);
        }

        second.Keys.Published.ShouldBe(first.Keys.Published);
        second.Keys.Published.Select(k => $"{k.Slot}:{k.State}").ShouldBe(["a:previous", "b:current", "c:next"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_store_holds_no_private_key_in_the_clear()
    {
        first.Keys.Published.Count.ShouldBe(2);
        foreach (var id in new[] { "ring", "desktop-proxy" })
        {
            var stored = Encoding.UTF8.GetString((await DocumentAsync(id)).Json.Span);
            stored.ShouldNotContain("PRIVATE");
            Encoding.Latin1.GetString(Base64Url.DecodeFromChars(Box(stored))).ShouldNotContain("PRIVATE");
            stored.ShouldNotContain(Master);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_new_master_key_opens_with_the_one_before_and_encrypts_everything_anew()
    {
        await Task.Yield();
        var (keys, proxy, secret) = (first.Keys.Published.ToArray(), first.Keys.DesktopProxyKey.PublicPem(), Protector(first).Protect("screen", "desktop"));
        var master = NewMaster();

        first.Restart(InStore(master, Master));
        first.Keys.Published.ShouldBe(keys);
        first.Keys.DesktopProxyKey.PublicPem().ShouldBe(proxy);
        Protector(first).Open(secret, "desktop").ShouldBe("screen");

        first.Restart(InStore(master));
        first.Keys.Published.ShouldBe(keys);
        first.Keys.DesktopProxyKey.PublicPem().ShouldBe(proxy);
        Protector(first).Open(secret, "desktop").ShouldBe("screen");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_master_key_is_refused_and_replaces_nothing()
    {
        var published = first.Keys.Published.ToArray();
        var before = await DocumentAsync("ring");
        var wrong = NewMaster();

        first.Restart(InStore(wrong));
        var refusal = Should.Throw<CryptographicException>(() => first.Keys.Published).Message;

        refusal.ShouldContain("CWS_KEYS__PREVIOUSMASTER");
        refusal.ShouldNotContain(wrong);
        (await DocumentAsync("ring")).Version.ShouldBe(before.Version);
        first.Restart(InStore(Master));
        first.Keys.Published.ShouldBe(published);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_document_that_was_put_in_the_place_of_another_does_not_open()
    {
        first.Keys.Published.Count.ShouldBe(2);
        var store = first.Service<IDocumentStore>();
        var (ring, other) = (await DocumentAsync("ring"), await DocumentAsync("desktop-proxy"));
        var swapped = Encoding.UTF8.GetString(ring.Json.Span).Replace(Box(ring), Box(other), StringComparison.Ordinal);
        var write = new DocumentWrite { Key = ring.Key, Kind = WriteKind.Put, Condition = ConditionKind.VersionIs, ExpectedVersion = ring.Version, Json = Encoding.UTF8.GetBytes(swapped) };
        (await store.CommitAsync([write], AccountsHost.Token)).Committed.ShouldBeTrue();

        first.Restart();

        Should.Throw<CryptographicException>(() => first.Keys.Published).Message.ShouldContain("was changed");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c2hvcnQ")]
    [InlineData("not base64url! not base64url! not base64url")]
    public async Task A_master_key_that_is_none_is_refused_by_its_setting_without_being_repeated(string? master)
    {
        await Task.Yield();
        using var host = new AccountsHost(InStore(master), freshKeys: true);

        var refusal = Should.Throw<OptionsValidationException>(() => host.Keys).Message;

        refusal.ShouldContain("CWS_KEYS__MASTER");
        if (master?.Length > 0)
        {
            refusal.ShouldNotContain(master);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_worker_opens_what_an_api_has_encrypted_and_needs_no_accounts_for_it()
    {
        await Task.Yield();
        using var worker = Replica();

        var keys = await Task.WhenAll(new[] { first, worker }.Select(h => Task.Run(() => h.Service<ISecretsKey>().LoadAsync(AccountsHost.Token))));

        keys[0].ShouldBe(keys[1]);
        Protector(worker).Open(Protector(first).Protect("screen", "desktop"), "desktop").ShouldBe("screen");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_installation_that_moves_to_the_store_keeps_the_key_of_its_desktops_secrets()
    {
        await Task.Yield();
        using var host = new AccountsHost(freshKeys: true);
        var secret = Protector(host).Protect("screen", "desktop");

        host.Restart(InStore(Master));

        Protector(host).Open(secret, "desktop").ShouldBe("screen");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_first_admin_by_settings_is_made_once_by_all_replicas_and_must_change_the_password()
    {
        var settings = InStore(Master);
        settings["FirstAdmin:UserName"] = "root";
        settings["FirstAdmin:Password"] = "given by the operator";
        first.Restart(settings);
        using var second = new AccountsHost(settings, freshKeys: true, storeOf: first);

        var made = await Task.WhenAll(new[] { first, second }.Select(h => Task.Run(() => h.Accounts.EnsureFirstAdminAsync(AccountsHost.Token))));

        made.Count(p => p is not null).ShouldBe(1);
        var signedIn = (await second.SignInAsync("root", "given by the operator")).Value;
        signedIn.Account.MustChangePassword.ShouldBeTrue();
        signedIn.Account.Roles.ShouldContain("admin");
        File.Exists(first.Paths.FirstAdmin).ShouldBeFalse();
        File.Exists(second.Paths.FirstAdmin).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_replicas_that_each_generate_a_first_password_only_the_one_that_made_the_admin_keeps_a_file()
    {
        using var second = Replica();

        var made = await Task.WhenAll(new[] { first, second }.Select(h => Task.Run(() => h.Accounts.EnsureFirstAdminAsync(AccountsHost.Token))));

        var password = made.Where(p => p is not null).ShouldHaveSingleItem().ShouldNotBeNull();
        var file = new[] { first, second }.Select(h => h.Paths.FirstAdmin).Where(File.Exists).ShouldHaveSingleItem();
        (await File.ReadAllTextAsync(file, AccountsHost.Token)).ShouldContain(password);
        (await first.SignInAsync("admin", password)).Succeeded.ShouldBeTrue();
    }

    private static string NewMaster() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static Dictionary<string, string?> InStore(string? master, string? previous = null) => new(StringComparer.Ordinal)
    {
        ["Accounts:PasswordIterations"] = "1000",
        ["Keys:Kind"] = "store",
        ["Keys:Master"] = master,
        ["Keys:PreviousMaster"] = previous,
    };

    private static SecretProtector Protector(AccountsHost host) => new(host.Service<ISecretsKey>());

    private static async Task FollowAsync(AccountsHost replica)
    {
        var rotation = replica.Service<IEnumerable<IHostedService>>().Single(s => s.GetType().Name == "KeyRotation");
        await rotation.StartAsync(AccountsHost.Token);
        for (var i = 0; i < 1000 && replica.Keys.Published.All(k => k.State != "previous"); i++)
        {
            await Task.Delay(10, AccountsHost.Token);
        }

        await rotation.StopAsync(AccountsHost.Token);
    }

    private static string Box(StoredDocument document) => Box(Encoding.UTF8.GetString(document.Json.Span));

    private static string Box(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("box").GetString()!;

    private async Task<StoredDocument> DocumentAsync(string id) =>
        (await first.Service<IDocumentStore>().GetAsync(new DocumentKey("keys", id), AccountsHost.Token)).ShouldNotBeNull();

    private AccountsHost Replica() => new(InStore(Master), freshKeys: true, storeOf: first);
}
