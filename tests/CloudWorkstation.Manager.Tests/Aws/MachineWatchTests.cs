using CloudWorkstation.Manager.Aws.Watch;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Aws;

public sealed class MachineWatchTests(SharedMoto moto)
{
    private const int Fleet = 10_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Ten_thousand_desktops_cost_ten_calls_a_look_and_no_write_until_something_changes()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = new TestManager(configure: services => services.AddSingleton(aws.Access));
        var fleet = await StoreFleetAsync(manager);
        var stopped = -1;
        aws.Otherwise = (_, fields) => Page(fleet, fields.GetValueOrDefault("NextToken"), int.Parse(fields["MaxResults"]), stopped);
        var watch = manager.Get<MachineWatch>();
        var commits = 0;
        manager.Store.BeforeCommit = _ => commits++;

        (await watch.LookAsync(Token)).ShouldBe(0);
        aws.Calls.Count.ShouldBe(10);
        (await watch.LookAsync(Token)).ShouldBe(0);
        aws.Calls.Count.ShouldBe(20);
        commits.ShouldBe(0);

        stopped = 4711;
        (await watch.LookAsync(Token)).ShouldBe(1);
        aws.Calls.Count.ShouldBe(30);
        commits.ShouldBe(1);
        var changed = await manager.ReadAsync(fleet[stopped]);
        changed.Observed!.State.ShouldBe(ObservedState.Stopped);
        changed.Observed.Detail.ShouldBe("The machine was stopped outside CloudWorkstation.");

        (await watch.LookAsync(Token)).ShouldBe(0);
        TestContext.Current.SendDiagnosticMessage($"{Fleet} desktops: {aws.Calls.Count / 4} calls a look");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_stopped_or_terminated_behind_our_back_shows_on_the_desktop_and_is_told()
    {
        using var account = await MotoAccount.OfAsync(moto, "ap-northeast-1");
        await using var manager = Manager(account);
        var desktop = await BuildAsync(manager, account);
        var watch = manager.Get<MachineWatch>();
        (await watch.LookAsync(Token)).ShouldBe(0);
        var position = manager.Get<EventFeed>().Ring.Head.Position;

        await account.Ec2.StopAsync(desktop.Machine!.Instance, Token);
        (await watch.LookAsync(Token)).ShouldBe(1);

        var seen = await manager.ReadAsync(desktop.Id);
        (seen.Status, seen.Observed!.State).ShouldBe((DesktopStatus.Running, ObservedState.Stopped));
        manager.Get<DesktopModels>().Of(new DesktopView(seen, 1)).Connectable.ShouldBeFalse();
        manager.Get<EventFeed>().Ring.Read(position, 10).Entries.ShouldContain(e => e.Data.GetProperty("observed").GetProperty("state").GetString() == "stopped");

        await account.Ec2.TerminateAsync(desktop.Machine.Instance, Token);
        (await watch.LookAsync(Token)).ShouldBe(1);
        (await manager.ReadAsync(desktop.Id)).Observed!.State.ShouldBe(ObservedState.Missing);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_repair_that_builds_another_machine_is_seen_as_running_again()
    {
        using var account = await MotoAccount.OfAsync(moto, "ap-northeast-2");
        await using var manager = Manager(account);
        var desktop = await BuildAsync(manager, account);
        var watch = manager.Get<MachineWatch>();
        await account.Ec2.TerminateAsync(desktop.Machine!.Instance, Token);
        await watch.LookAsync(Token);
        var another = await UseInstanceAsync(manager, account, desktop.Id);

        var repair = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.On }, Token)).Value;
        repair.Operation!.Kind.ShouldBe(OperationKind.Repair);
        await manager.RunAsync(repair.Operation.Id);
        await watch.LookAsync(Token);

        var repaired = await manager.ReadAsync(desktop.Id);
        repaired.Machine!.Instance.ShouldBe(another);
        repaired.Observed!.State.ShouldBe(ObservedState.Running);
        repaired.Observed.Detail.ShouldBeNull();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_desktop_under_way_is_left_to_its_operation()
    {
        using var account = await MotoAccount.OfAsync(moto, "ap-northeast-3");
        await using var manager = Manager(account);
        var desktop = await BuildAsync(manager, account);
        var watch = manager.Get<MachineWatch>();
        await watch.LookAsync(Token);
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, Token)).Value;
        await account.Ec2.StopAsync(desktop.Machine!.Instance, Token);

        (await watch.LookAsync(Token)).ShouldBe(0);
        await manager.RunAsync(stop.Operation!.Id);
        (await watch.LookAsync(Token)).ShouldBe(0);

        var stopped = await manager.ReadAsync(desktop.Id);
        (stopped.Status, stopped.Observed!.State, stopped.Observed.Detail).ShouldBe((DesktopStatus.Stopped, ObservedState.Stopped, null));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_machine_that_was_stopped_outside_is_not_started_by_the_watch_over_screens()
    {
        using var account = await MotoAccount.OfAsync(moto, "ap-southeast-1");
        await using var manager = Manager(account);
        var desktop = await BuildAsync(manager, account);
        await account.Ec2.StopAsync(desktop.Machine!.Instance, Token);
        await manager.Get<MachineWatch>().LookAsync(Token);
        manager.StopScreen();
        var screens = ActivatorUtilities.CreateInstance<DesktopWatch>(manager.Host.Services);

        await screens.CheckAsync(0, Token);
        await screens.CheckAsync(0, Token);

        (await manager.ReadAsync(desktop.Id)).ActiveOperation.ShouldBeNull();
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_several_processes_one_leads_as_long_as_it_comes_back_for_it()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time, worker: "one");
        await using var other = new TestManager(onSameData: manager, time: time, worker: "two");

        (await manager.Get<Leadership>().HoldAsync("watch", TimeSpan.FromMinutes(1), Token)).ShouldBeTrue();
        (await other.Get<Leadership>().HoldAsync("watch", TimeSpan.FromMinutes(1), Token)).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(50));
        (await manager.Get<Leadership>().HoldAsync("watch", TimeSpan.FromMinutes(1), Token)).ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(61));
        (await other.Get<Leadership>().HoldAsync("watch", TimeSpan.FromMinutes(1), Token)).ShouldBeTrue();
        (await manager.Get<Leadership>().HoldAsync("watch", TimeSpan.FromMinutes(1), Token)).ShouldBeFalse();
    }

    private static TestManager Manager(MotoAccount account) => new(
        settings: new() { ["Platform"] = $$"""{"region": "{{account.Region}}"}""", ["Environment"] = "watched" },
        configure: services => services.AddSingleton(account.Access));

    private static async Task<Desktop> BuildAsync(TestManager manager, MotoAccount account)
    {
        var created = await manager.CreateAsync(TestManager.Alice);
        await UseInstanceAsync(manager, account, created.Desktop.Desktop.Id);
        await manager.RunAsync(created.Operation!.Id);
        return await manager.ReadAsync(created.Desktop.Desktop.Id);
    }

    /// <summary>What Terraform would build: an instance with the desktop's tags, whose private address is where the screen is said to be.</summary>
    private static async Task<string> UseInstanceAsync(TestManager manager, MotoAccount account, string desktop)
    {
        var id = await account.RunInstanceAsync(Token, ("cws:environment", "watched"), ("cws:desktop", desktop));
        manager.Terraform.Machine = new { provider = "aws", region = account.Region, instance = id };
        manager.Terraform.ScreenHost = (await account.Ec2.InstanceAsync(id, Token))!.PrivateAddress!;
        return id;
    }

    private static async Task<List<string>> StoreFleetAsync(TestManager manager)
    {
        var documents = manager.Get<DesktopDocuments>();
        var ids = Enumerable.Range(0, Fleet).Select(i => $"d{i:d11}").ToList();
        foreach (var some in ids.Chunk(50))
        {
            var writes = some.Select(id => documents.Desktops.Add(SightingRulesTests.New(DesktopStatus.Running, id, $"i-{id}") with
            {
                Observed = new ObservedMachine(ObservedState.Running, DateTimeOffset.UnixEpoch, null),
            }));
            (await manager.Store.CommitAsync([.. writes], Token)).Committed.ShouldBeTrue();
        }

        return ids;
    }

    private static AwsReply Page(List<string> fleet, string? token, int size, int stopped)
    {
        var start = token is null ? 0 : int.Parse(token);
        var items = Enumerable.Range(start, Math.Min(size, fleet.Count - start))
            .Select(i => AwsReply.Instance($"i-{fleet[i]}", i == stopped ? "stopped" : "running", desktop: fleet[i]));
        return AwsReply.Page(start + size < fleet.Count ? $"{start + size}" : null, items);
    }
}
