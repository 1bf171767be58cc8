using System.Globalization;
using System.Text.Json.Nodes;
using CloudWorkstation.FakeTerraform;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Worker.Tests;

/// <summary>Operations that the api only stores, and workers of a cluster run.</summary>
public sealed class ClusterTests
{
    private const int Limit = 180_000;

    [Fact(Timeout = Limit)]
    public async Task An_operation_that_the_api_only_queues_is_run_by_a_worker_and_the_desktop_comes_up()
    {
        await using var cluster = await Cluster.StartAsync();
        using var person = await cluster.AdminAsync();

        var (desktop, operation) = await Desktop.BeginAsync(cluster.Data, person);
        await desktop.UntilDoneAsync(operation);

        (await desktop.GetAsync())["connectable"]!.GetValue<bool>().ShouldBeTrue();
        desktop.VncServers().ShouldHaveSingleItem();
        await UntilSucceededAsync(1, cluster.Workers);
        (await AttemptsAsync(cluster.Apis)).ShouldBe(0);
        await desktop.DeleteAsync();
        desktop.Processes().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task When_the_worker_of_an_operation_is_killed_during_apply_the_other_one_takes_over_and_finishes_it()
    {
        using var directory = new TemporaryDirectory();
        var terraform = FakeTerraformInstallation.Create(directory.Path, new FakeScript { Steps = [new FakeStep("apply", "Hang") { Times = 1 }], Real = RealTerraform });
        await using var cluster = await Cluster.StartAsync(settings: new Dictionary<string, string> { ["CWS_TERRAFORM__BINARY"] = terraform.Binary });
        using var person = await cluster.AdminAsync();
        var (desktop, operation) = await Desktop.BeginAsync(cluster.Data, person);
        await Eventually.HoldsAsync(() => Applies(terraform).Count == 1, "terraform is applying");
        var hanging = int.Parse(Applies(terraform)[0].Split(' ')[0], CultureInfo.InvariantCulture);
        var killed = cluster.WorkerAbove(hanging);

        await killed.KillAsync();
        var ended = await desktop.EndOfAsync(operation);

        (State(ended), Attempt(ended)).ShouldBe(("succeeded", 2), ended.ToJsonString());
        Applies(terraform).Count.ShouldBe(2, "one apply was cut off, one succeeded, and there was no other");
        ProcessTable.StartTime(hanging).ShouldBeNull("the first apply has ended with its worker");
        desktop.VncServers().ShouldHaveSingleItem();
        await UntilSucceededAsync(1, cluster.Workers.Where(worker => worker != killed));
        await ExpectWholeLogAsync(person, operation);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_operations_at_once_are_shared_by_the_workers_and_each_is_run_once()
    {
        const int slots = 2;
        using var template = new BarrierTemplate(needed: slots + 1);
        await using var cluster = await Cluster.StartAsync(settings: new Dictionary<string, string>
        {
            ["CWS_TEMPLATES"] = template.Templates,
            ["CWS_JOBS__SLOTS"] = $"{slots}",
            ["CWS_QUOTA__PERUSER"] = "10",
        });
        using var person = await cluster.AdminAsync();

        var begun = new List<(Desktop Desktop, string Operation)>();
        for (var i = 0; i < 10; i++)
            begun.Add(await Desktop.BeginAsync(cluster.Data, person, BarrierTemplate.Name, $"Desktop {i}"));
        var ended = await Task.WhenAll(begun.Select(each => each.Desktop.EndOfAsync(each.Operation)));

        ended.Where(operation => (State(operation), Attempt(operation)) != ("succeeded", 1)).Select(operation => operation.ToJsonString()).ShouldBeEmpty();
        template.Builds.ShouldBe(Enumerable.Repeat(1, 10));
        await UntilSucceededAsync(10, cluster.Workers);
        (await AttemptsAsync(cluster.Workers)).ShouldBe(10, "no attempt ended in another way");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stopped_worker_hands_its_operation_to_the_other_one_without_an_error_in_its_log()
    {
        using var directory = new TemporaryDirectory();
        var terraform = FakeTerraformInstallation.Create(directory.Path, new FakeScript { Steps = [new FakeStep("apply", "Hang") { Times = 1 }], Real = RealTerraform });
        await using var cluster = await Cluster.StartAsync(settings: new Dictionary<string, string> { ["CWS_TERRAFORM__BINARY"] = terraform.Binary });
        using var person = await cluster.AdminAsync();
        var (desktop, operation) = await Desktop.BeginAsync(cluster.Data, person);
        await Eventually.HoldsAsync(() => Applies(terraform).Count == 1, "terraform is applying");
        var stopped = cluster.WorkerAbove(int.Parse(Applies(terraform)[0].Split(' ')[0], CultureInfo.InvariantCulture));

        (await stopped.StopAsync()).ShouldBe(0, stopped.Output);
        var ended = await desktop.EndOfAsync(operation);

        (State(ended), Attempt(ended)).ShouldBe(("succeeded", 2), ended.ToJsonString());
        stopped.Output.ShouldNotContain("\"LogLevel\":\"Error\"");
        desktop.VncServers().ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task Apis_and_workers_that_start_on_an_empty_directory_at_once_all_become_ready_and_agree()
    {
        await using var cluster = await Cluster.StartAsync(apis: 3, workers: 2);
        using var person = await cluster.AdminAsync();

        foreach (var api in cluster.Apis)
        {
            using var elsewhere = new Person(api.Url);
            elsewhere.SetCookie("/", "cws_session", person.Cookie("cws_session")!);
            (await elsewhere.GetAsync("/api/v1/me")).Status.ShouldBe(200, "a session of one api is good at every other one");
        }

        cluster.Apis.Concat(cluster.Workers).ShouldAllBe(service => !service.Output.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal));
    }

    /// <summary>A worker counts an attempt just after it has stored its end.</summary>
    private static Task UntilSucceededAsync(int count, IEnumerable<ServiceProcess> workers) =>
        Eventually.HoldsAsync(async () => await AttemptsAsync(workers, "result=\"succeeded\"") == count, $"the workers have counted {count} operations that succeeded");

    private static async Task<double> AttemptsAsync(IEnumerable<ServiceProcess> services, string label = "")
    {
        var counts = await Task.WhenAll(services.Select(service => service.CounterAsync("cws_operations_total", label)));
        return counts.Sum();
    }

    private static async Task ExpectWholeLogAsync(Person person, string operation)
    {
        var log = (await person.GetAsync($"/api/v1/operations/{operation}/log?after=0&limit=500")).Body;
        var numbers = log["items"]!.AsArray().Select(line => line!["sequence"]!.GetValue<long>()).ToList();
        numbers.ShouldBe(Enumerable.Range(1, numbers.Count).Select(number => (long)number), "lines are numbered without gaps across attempts");
        log["complete"]!.GetValue<bool>().ShouldBeTrue();
    }

    private static List<string> Applies(FakeTerraformInstallation terraform) => [.. terraform.Calls.Where(call => call.Contains(" apply", StringComparison.Ordinal))];

    private static string State(JsonNode operation) => operation["state"]!.GetValue<string>();

    private static int Attempt(JsonNode operation) => operation["attempt"]!.GetValue<int>();

    private static string RealTerraform =>
        Environment.GetEnvironmentVariable("CWS_TERRAFORM__BINARY") is { Length: > 0 } set
            ? set
            : Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, "terraform")).First(File.Exists);

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("cws-fake-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
