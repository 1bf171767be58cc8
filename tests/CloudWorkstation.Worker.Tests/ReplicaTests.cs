using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.Harness;
using CloudWorkstation.Worker.Tests.Fleet;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Worker.Tests;

/// <summary>
/// Two apis and two workers as on four machines: no directory in common, DynamoDB (moto) as the store with the keys in it, PostgreSQL for the
/// jobs. The workers have no templates at all.
/// </summary>
public sealed class ReplicaTests
{
    private const string GivenPassword = "given by the operator";
    private const string Password = "seven yellow submarines";

    [Fact(Timeout = 420_000)]
    public async Task What_one_replica_does_holds_at_the_other()
    {
        var master = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var internalKey = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using var moto = await MotoServer.StartAsync(TestContext.Current.CancellationToken);
        using var terraform = new SleepingTerraform(TimeSpan.FromSeconds(1));
        using var nothing = new EmptyDirectory();
        await using var cluster = await Cluster.StartAsync(
            apis: 2, workers: 2, Settings(moto, terraform, master, internalKey), new Dictionary<string, string> { ["CWS_TEMPLATES"] = nothing.Path }, machines: true);
        var (a, b) = (cluster.Apis[0].Url, cluster.Apis[1].Url);

        using (var first = await Person.SignInAsync(b, "root", GivenPassword))
            (await first.PostAsync("/api/v1/me/password", new { currentPassword = GivenPassword, newPassword = Password })).Status.ShouldBe(204);
        using var atA = await Person.SignInAsync(a, "root", Password);
        using var atB = Same(atA, b);
        using var events = await atA.EventsAsync();

        // Created at B, built by a worker, seen at A.
        var created = await atB.PostAsync("/api/v1/desktops", new { template = SleepingTerraform.Template, name = "Shared", parameters = new { } });
        created.Status.ShouldBe(202, created.ToString());
        var id = created.Body["desktop"]!["id"]!.GetValue<string>();
        await events.UntilAsync(e => e.Kind == "desktop" && e.Data["id"]!.GetValue<string>() == id && e.Data["status"]!.GetValue<string>() == "running", "A tells that the desktop of B runs");
        (await atA.GetAsync($"/api/v1/desktops/{id}")).Body["connectable"]!.GetValue<bool>().ShouldBeTrue();
        terraform.Runs().ShouldHaveSingleItem();

        // Rotated at A, accepted at B.
        (await atA.PostAsync("/api/v1/keys/rotate")).Status.ShouldBe(200);
        using var later = await Person.SignInAsync(a, "root", Password);
        using var laterAtB = Same(later, b);
        (await laterAtB.GetAsync("/api/v1/me")).Status.ShouldBe(200, "what A signs with the new key is good at B");
        (await atB.GetAsync("/api/v1/me")).Status.ShouldBe(200, "and so is what it signed before");
        (await laterAtB.PostAsync("/api/v1/keys/rotate")).Code.ShouldBe("rotated_recently");

        // Signed out at A, refused at B.
        (await later.PostAsync("/auth/sign-out")).Status.ShouldBe(204);
        (await laterAtB.GetAsync("/api/v1/me")).Status.ShouldBe(401);

        (await atB.DeleteAsync($"/api/v1/desktops/{id}")).Status.ShouldBe(202);
        await Eventually.HoldsAsync(async () => (await atA.GetAsync($"/api/v1/desktops/{id}")).Status == 404, "the desktop is gone at A as well");
        foreach (var service in cluster.Apis.Concat(cluster.Workers))
        {
            foreach (var secret in new[] { master, internalKey, GivenPassword, Password })
                service.Output.ShouldNotContain(secret);
        }
    }

    private static Dictionary<string, string> Settings(MotoServer moto, SleepingTerraform terraform, string master, string internalKey)
    {
        var settings = FleetSettings.Of(terraform, slots: 2);
        foreach (var (name, value) in moto.Environment)
            settings[name] = value;
        settings["CWS_STORE__KIND"] = "dynamodb";
        settings["CWS_STORE__TABLE"] = "replicas";
        settings["CWS_STORE__CREATE"] = "true";
        settings["CWS_KEYS__KIND"] = "store";
        settings["CWS_KEYS__MASTER"] = master;
        settings["CWS_INTERNALKEY"] = internalKey;
        settings["CWS_FIRSTADMIN__USERNAME"] = "root";
        settings["CWS_FIRSTADMIN__PASSWORD"] = GivenPassword;
        return settings;
    }

    private static Person Same(Person person, string url)
    {
        var same = new Person(url);
        same.SetCookie("/", "cws_session", person.Cookie("cws_session")!);
        return same;
    }

    private sealed class EmptyDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("cws-nothing-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
