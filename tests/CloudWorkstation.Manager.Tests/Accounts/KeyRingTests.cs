using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class KeyRingTests : IDisposable
{
    private const int Timeout = 60_000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly AccountsHost host = new(freshKeys: true);

    public void Dispose() => host.Dispose();

    private string Signing => Path.Combine(host.Paths.Keys, "signing");

    private string Ring => Path.Combine(Signing, "ring.json");

    [Fact(Timeout = Timeout)]
    public async Task The_first_start_makes_two_signing_keys_and_the_secrets_of_the_product_all_private()
    {
        await Task.Yield();

        States().ShouldBe(["a:current", "b:next"]);
        foreach (var file in Directory.EnumerateFiles(host.Paths.Keys, "*", SearchOption.AllDirectories))
        {
            File.GetUnixFileMode(file).ShouldBe(OwnerOnly, file);
        }

        File.GetUnixFileMode(Signing).ShouldBe(OwnerOnly | UnixFileMode.UserExecute);
        File.ReadAllText(Path.Combine(host.Paths.Keys, "internal.key")).Length.ShouldBe(43);
        using var proxy = RsaKey.FromPem("x", File.ReadAllText(Path.Combine(host.Paths.Keys, "desktop-proxy.pem")));
        proxy.PublicPem().ShouldBe(host.Keys.DesktopProxyKey.PublicPem());
        host.Keys.Published.ShouldAllBe(k => !k.PublicPem.Contains("PRIVATE", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task Keys_and_secrets_stay_the_same_over_a_restart()
    {
        await Task.Yield();
        var before = host.Keys.Published.ToArray();
        var secret = File.ReadAllText(Path.Combine(host.Paths.Keys, "internal.key"));

        host.Restart();

        host.Keys.Published.ShouldBe(before);
        File.ReadAllText(Path.Combine(host.Paths.Keys, "internal.key")).ShouldBe(secret);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_rotation_signs_with_the_key_that_was_published_before_and_signs_nobody_out()
    {
        await host.CreateAsync("alice");
        var signedIn = (await host.SignInAsync("alice")).Value;
        var next = host.Keys.Published.Single(k => k.State == "next");
        var told = 0;
        host.Keys.Changed += (_, _) => told++;

        var rotated = await host.Keys.RotateAsync(Actor.System, AccountsHost.Token);

        rotated.Value.ShouldBe(host.Keys.Published);
        host.Keys.Current.Kid.ShouldBe(next.Kid);
        States().ShouldBe(["a:previous", "b:current", "c:next"]);
        told.ShouldBe(1);
        (await host.RefusalAsync(signedIn)).ShouldBeNull();
        host.Restart();
        (await host.RefusalAsync(signedIn)).ShouldBeNull();
        (await host.RefusalAsync((await host.SignInAsync("alice")).Value)).ShouldBeNull();
        (await host.AuditAsync()).ShouldContain(e => e.Action == "keys.rotate");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_second_rotation_must_wait_until_no_token_of_the_oldest_key_is_valid()
    {
        await RotateAsync();
        host.Time.Advance(TimeSpan.FromMinutes(9));

        var refused = (await host.Keys.RotateAsync(Actor.System, AccountsHost.Token)).Problem.ShouldNotBeNull();
        refused.Code.ShouldBe("rotated_recently");
        refused.Extensions["retryAfterSeconds"].ShouldBe("60");

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await RotateAsync();
        States().ShouldBe(["a:next", "b:previous", "c:current"]);
        Directory.EnumerateFiles(Signing, "*.pem").Count().ShouldBe(3);
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_admins_rotate()
    {
        var user = new Actor("someone", "someone", ["user"], []);

        (await host.Keys.RotateAsync(user, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.Forbidden);
    }

    [Fact(Timeout = Timeout)]
    public async Task Rotations_at_once_make_one()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => host.Keys.RotateAsync(Actor.System, AccountsHost.Token))));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        States().ShouldBe(["a:previous", "b:current", "c:next"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Keys_rotate_by_themselves_after_their_days()
    {
        var rotation = host.Service<IEnumerable<IHostedService>>().Single(s => s.GetType().Name == "KeyRotation");
        var first = host.Keys.Current.Kid;
        var changed = new TaskCompletionSource();
        host.Keys.Changed += (_, _) => changed.TrySetResult();
        await rotation.StartAsync(AccountsHost.Token);

        var hours = 0;
        while (!changed.Task.IsCompleted && hours < 24 * 60)
        {
            host.Time.Advance(TimeSpan.FromHours(1));
            hours++;
            await Task.Delay(hours >= 30 * 24 ? 50 : 0, AccountsHost.Token);
        }

        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30), AccountsHost.Token);
        await rotation.StopAsync(AccountsHost.Token);
        hours.ShouldBeGreaterThanOrEqualTo(30 * 24);
        host.Keys.Current.Kid.ShouldNotBe(first);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processes_that_start_on_an_empty_directory_at_once_agree_on_the_keys()
    {
        using var other = new AccountsHost(freshKeys: true, sharedWith: host);

        var rings = await Task.WhenAll(Task.Run(() => host.Keys.Published), Task.Run(() => other.Keys.Published));

        rings[0].ShouldBe(rings[1]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_rotation_of_another_process_is_followed_and_its_rest_is_respected()
    {
        using var worker = new AccountsHost(freshKeys: true, sharedWith: host);
        worker.Keys.Published.ShouldBe(host.Keys.Published);
        await RotateAsync();

        (await worker.Keys.RotateAsync(Actor.System, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("rotated_recently");
        var rotation = worker.Service<IEnumerable<IHostedService>>().Single(s => s.GetType().Name == "KeyRotation");
        var followed = new TaskCompletionSource();
        worker.Keys.Changed += (_, _) => followed.TrySetResult();
        await rotation.StartAsync(AccountsHost.Token);

        await followed.Task.WaitAsync(TimeSpan.FromSeconds(30), AccountsHost.Token);
        await rotation.StopAsync(AccountsHost.Token);
        worker.Keys.Published.ShouldBe(host.Keys.Published);
    }

    // The states in which kill -9 can leave the directory, in the order of a rotation's steps.
    [Fact(Timeout = Timeout)]
    public async Task After_a_crash_before_the_ring_was_renamed_the_old_ring_holds_and_the_rest_is_cleared()
    {
        await host.CreateAsync("alice");
        var signedIn = (await host.SignInAsync("alice")).Value;
        var before = host.Keys.Published.ToArray();
        await File.WriteAllTextAsync(Path.Combine(Signing, "k-half.pem.123.tmp"), "-----BEGIN PRIV", AccountsHost.Token);
        await File.WriteAllTextAsync(Path.Combine(Signing, "k-new.pem"), await File.ReadAllTextAsync(PemOf(before[0]), AccountsHost.Token), AccountsHost.Token);
        await File.WriteAllTextAsync(Ring + ".123.tmp", """{"keys":[{"kid":"k-new","sl""", AccountsHost.Token);

        host.Restart();

        host.Keys.Published.ShouldBe(before);
        (await host.RefusalAsync(signedIn)).ShouldBeNull();
        Directory.EnumerateFiles(Signing).Select(Path.GetFileName).ShouldBe(["ring.json", .. before.Select(k => k.Kid + ".pem")], ignoreOrder: true);
        await RotateAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task After_a_crash_before_the_dropped_key_was_removed_the_new_ring_holds_and_the_key_is_gone()
    {
        await RotateAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        var dropped = host.Keys.Published.Single(k => k.State == "previous");
        var pem = await File.ReadAllTextAsync(PemOf(dropped), AccountsHost.Token);
        await RotateAsync();
        await File.WriteAllTextAsync(PemOf(dropped), pem, AccountsHost.Token);
        var after = host.Keys.Published.ToArray();

        host.Restart();

        host.Keys.Published.ShouldBe(after);
        host.Keys.Find(dropped.Kid).ShouldBeNull();
        File.Exists(PemOf(dropped)).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task After_a_crash_in_the_very_first_start_a_ring_is_made()
    {
        await Task.Yield();
        Directory.CreateDirectory(Signing);
        File.WriteAllText(Path.Combine(Signing, "k-lonely.pem"), "half a key");

        States().ShouldBe(["a:current", "b:next"]);
        Directory.EnumerateFiles(Signing, "*.pem").Count().ShouldBe(2);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kid":"../../etc/passwd","slot":"a","state":"current","createdAt":"2026-01-01T00:00:00Z"},{"kid":"k","slot":"b","state":"next","createdAt":"2026-01-01T00:00:00Z"}]}""")]
    public async Task A_ring_that_somebody_broke_is_replaced_and_sessions_renew_their_tokens(string content)
    {
        await host.CreateAsync("alice");
        var signedIn = (await host.SignInAsync("alice")).Value;
        await File.WriteAllTextAsync(Ring, content, AccountsHost.Token);

        host.Restart();

        (await host.RefusalAsync(signedIn)).ShouldBe("unauthenticated");
        var renewed = (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Value;
        (await host.RefusalAsync(renewed)).ShouldBeNull();
    }

    private string PemOf(PublishedKey key) => Path.Combine(Signing, key.Kid + ".pem");

    private string[] States() => [.. host.Keys.Published.Select(k => $"{k.Slot}:{k.State}")];

    private async Task RotateAsync() => (await host.Keys.RotateAsync(Actor.System, AccountsHost.Token)).Succeeded.ShouldBeTrue();
}
