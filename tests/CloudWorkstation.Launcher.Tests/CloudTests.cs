using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Tests;

/// <summary>Which store and which AWS, and what the services are told of them.</summary>
public sealed class CloudTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TemporaryData _temporary = new TemporaryData().Prepared();

    [Theory(Timeout = Limit)]
    [InlineData(null, null, "sqlite", false, false)]
    [InlineData("sqlite", null, "sqlite", false, false)]
    [InlineData("dynamodb", null, "dynamodb", true, false)]
    [InlineData(null, "moto", "dynamodb", true, true)]
    [InlineData("sqlite", "moto", "sqlite", true, true)]
    [InlineData(null, "http://127.0.0.1:5000", "dynamodb", false, true)]
    [InlineData(null, "aws", "dynamodb", false, false)]
    public async Task What_is_asked_for_says_what_is_started(string? store, string? endpoint, string kept, bool startsMoto, bool hasMachineRoom)
    {
        await Task.Yield();
        var cloud = CloudOptions.From(store, endpoint);

        (cloud.Store, cloud.StartsMoto, cloud.HasMachineRoom).ShouldBe((kept, startsMoto, hasMachineRoom));
    }

    [Theory(Timeout = Limit)]
    [InlineData("postgres", null, "--store postgres is neither sqlite nor dynamodb")]
    [InlineData(null, "amazon", "is neither moto, nor aws, nor an address")]
    [InlineData(null, "http://127.0.0.1:5000/path", "is neither moto, nor aws, nor an address")]
    [InlineData(null, "http://moto.example.com", "would send keys over the network unencrypted")]
    public async Task What_cannot_work_is_refused(string? store, string? endpoint, string because)
    {
        await Task.Yield();
        Should.Throw<LauncherException>(() => CloudOptions.From(store, endpoint)).Message.ShouldContain(because);
    }

    [Fact(Timeout = Limit)]
    public async Task A_loopback_endpoint_gets_made_up_keys_and_nothing_of_an_account()
    {
        await Task.Yield();
        var api = Stack(CloudOptions.From(null, "moto")).Api;

        api.Environment["AWS_ENDPOINT_URL"].ShouldBe("http://127.0.0.1:8085");
        api.Environment["AWS_ACCESS_KEY_ID"].ShouldBe("development");
        api.Environment["AWS_SHARED_CREDENTIALS_FILE"].ShouldBe("/dev/null");
        api.Removed.ShouldContain("AWS_PROFILE");
        api.Removed.ShouldContain("AWS_SESSION_TOKEN");
        (api.Environment["CWS_STORE__KIND"], api.Environment["CWS_STORE__CREATE"], api.Environment["CWS_STATE__KIND"]).ShouldBe(("dynamodb", "true", "s3"));
        api.Environment["CWS_PLATFORM"].ShouldBe("@" + Path.Combine(_temporary.Data.Root, "platform.json"));
    }

    [Fact(Timeout = Limit)]
    public async Task An_account_gets_no_keys_of_ours_and_no_table_is_made_in_it()
    {
        await Task.Yield();
        var api = Stack(CloudOptions.From(null, "aws")).Api;

        api.Environment.Keys.ShouldNotContain("AWS_ACCESS_KEY_ID");
        api.Environment.Keys.ShouldNotContain("AWS_ENDPOINT_URL");
        api.Environment.Keys.ShouldNotContain("CWS_STORE__CREATE");
        api.Removed.ShouldBeEmpty();
        Should.Throw<LauncherException>(() => Options(CloudOptions.From(null, "aws")).Validate()).Message.ShouldContain("CWS_PLATFORM");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_aws_nothing_of_it_is_told_or_started()
    {
        await Task.Yield();
        var stack = Stack(CloudOptions.ThisMachine);

        (stack.Moto, stack.MachineRoom).ShouldBe((null, null));
        stack.Api.Environment.Keys.ShouldNotContain(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("CWS_STORE", StringComparison.Ordinal) || name.StartsWith("CWS_STATE", StringComparison.Ordinal));
        Options(CloudOptions.ThisMachine).Ports.ShouldBe([8080, 8081, 8082, 8083, 8084]);
    }

    [Fact(Timeout = Limit)]
    public async Task Moto_listens_on_loopback_and_is_not_started_again_when_it_dies()
    {
        await Task.Yield();
        var moto = Stack(CloudOptions.From("dynamodb", null)).Moto.ShouldNotBeNull();

        moto.Arguments.ShouldBe(["/checkout/infra/local/moto/server.py", "127.0.0.1", "8085"]);
        moto.IsIrreplaceable.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Machines_of_two_installations_on_one_host_have_different_networks()
    {
        await Task.Yield();
        var options = Options(CloudOptions.From(null, "moto"));

        options.MachineNetwork.ShouldBe("127.20");
        (options with { Port = 8090 }).MachineNetwork.ShouldBe("127.30");
        Enumerable.Range(1024, 60_000).Select(port => (options with { Port = port }).MachineNetwork.Length).ShouldAllBe(length => length <= "127.219".Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_data_directory_belongs_to_one_store()
    {
        await Task.Run(() => Installation.Claim(_temporary.Data, CloudOptions.From(null, "http://127.0.0.1:5000")), TestContext.Current.CancellationToken);

        Installation.Claim(_temporary.Data, CloudOptions.From("dynamodb", "http://127.0.0.1:5000"));
        var refusal = Should.Throw<LauncherException>(() => Installation.Claim(_temporary.Data, CloudOptions.ThisMachine));
        refusal.Message.ShouldContain("belongs to an installation with the dynamodb store and AWS endpoint http://127.0.0.1:5000, not with the sqlite store on this machine");
        refusal.Fix!.ShouldContain("./workstation up --store dynamodb --aws-endpoint http://127.0.0.1:5000");
    }

    [Fact(Timeout = Limit)]
    public async Task A_data_directory_from_before_this_was_noted_is_this_machines_own()
    {
        await File.WriteAllTextAsync(Path.Combine(_temporary.Data.Root, "cloudworkstation.db"), "", TestContext.Current.CancellationToken);

        Should.Throw<LauncherException>(() => Installation.Claim(_temporary.Data, CloudOptions.From(null, "moto")));
        Installation.Claim(_temporary.Data, CloudOptions.ThisMachine);
    }

    [Fact(Timeout = Limit)]
    public async Task With_motos_memory_goes_what_the_data_directory_says_of_it_and_keys_stay()
    {
        var root = _temporary.Data.Root;
        Directory.CreateDirectory(Path.Combine(root, "workspaces", "abc"));
        Directory.CreateDirectory(Path.Combine(root, "keys"));
        foreach (var file in (string[])["jobs.db", "jobs.db-wal", "first-admin.json", "keys/internal.key"])
            await File.WriteAllTextAsync(Path.Combine(root, file), "", TestContext.Current.CancellationToken);

        LostCloud.Forget(_temporary.Data).ShouldBeTrue();

        Directory.Exists(Path.Combine(root, "workspaces")).ShouldBeFalse();
        Directory.GetFiles(root).ShouldBeEmpty();
        File.Exists(Path.Combine(root, "keys/internal.key")).ShouldBeTrue();
        LostCloud.Forget(_temporary.Data).ShouldBeFalse();
    }

    public void Dispose() => _temporary.Dispose();

    private StackOptions Options(CloudOptions cloud) => new(_temporary.Data, 8080, "127.0.0.1", null, null, null, null) { Cloud = cloud };

    private StackDefinition Stack(CloudOptions cloud) => new(Options(cloud), new Checkout("/checkout"));
}
