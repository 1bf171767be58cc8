using System.Text.Json;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>What happens when the cloud has no room where a desktop was to be built.</summary>
public sealed class PlacementTests : IDisposable
{
    private readonly TemporaryDirectory module = new();

    public PlacementTests() =>
        File.WriteAllText(module.File("main.tf"), "variable \"placement\" { type = number }\nvariable \"platform\" { type = any }");

    [Fact(Timeout = 60_000)]
    public async Task Where_there_is_no_room_the_next_place_is_tried_at_once_and_remembered()
    {
        await using var manager = Manager(places: 3);
        NoRoom(manager, times: 2);

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Status.ShouldBe(DesktopStatus.Running);
        desktop.Placement.ShouldBe(2);
        Placements(manager).ShouldBe([0, 1, 2]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_built_in_a_later_place_is_stopped_and_started_there()
    {
        await using var manager = Manager(places: 3);
        NoRoom(manager, times: 1);
        var desktop = await manager.BuildAsync(TestManager.Alice);

        await ChangeAsync(manager, desktop.Id, Power.Off);
        await ChangeAsync(manager, desktop.Id, Power.On);

        Placements(manager).ShouldBe([0, 1, 1, 1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_without_room_tries_the_other_places_beginning_with_its_own()
    {
        await using var manager = Manager(places: 3);
        NoRoom(manager, times: 1);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await ChangeAsync(manager, desktop.Id, Power.Off);
        NoRoom(manager, times: 2);

        await ChangeAsync(manager, desktop.Id, Power.On);

        Placements(manager).Skip(3).ShouldBe([1, 2, 0]);
        (await manager.ReadAsync(desktop.Id)).Placement.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_that_EC2_refuses_at_once_goes_on_with_the_next_place()
    {
        await using var manager = Manager(places: 3, new FullCloud());
        for (var run = 0; run < 3; run++)
            manager.Terraform.Next((_, _, _, _) => Task.FromResult(WithMachine(manager)));
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await ChangeAsync(manager, desktop.Id, Power.Off);

        await ChangeAsync(manager, desktop.Id, Power.On);

        (await manager.ReadAsync(desktop.Id)).Status.ShouldBe(DesktopStatus.Running);
        Placements(manager).ShouldBe([0, 0, 1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_no_place_has_room_the_failure_says_how_many_were_tried_and_it_is_tried_again_later()
    {
        await using var manager = Manager(places: 2);
        NoRoom(manager, times: 2);
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;

        await manager.RunAsync(operation);

        var waiting = await manager.OperationAsync(operation);
        (waiting.State, waiting.Failure!.Kind).ShouldBe((OperationState.Queued, FailureKind.Capacity));
        waiting.Failure.Message.ShouldBe("as scripted All 2 places that the template knows were tried.");
        waiting.NextAttemptAt.ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_failure_ends_the_search()
    {
        await using var manager = Manager(places: 3);
        NoRoom(manager, times: 1);
        manager.Terraform.NextFails(TerraformFailureKind.Credentials);

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Failure!.Kind.ShouldBe(FailureKind.Credentials);
        Placements(manager).ShouldBe([0, 1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_template_of_one_place_is_not_searched()
    {
        await using var manager = Manager(places: 1);
        NoRoom(manager, times: 1);
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;

        await manager.RunAsync(operation);

        manager.Terraform.Calls.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_installations_facts_reach_a_module_that_declares_them_and_no_other()
    {
        await using var manager = Manager(places: 1);
        await manager.BuildAsync(TestManager.Alice);
        manager.Templates.All[0] = manager.Templates.All[0] with { Directory = "/nowhere" };
        await manager.BuildAsync(TestManager.Alice, "Other");

        var variables = manager.Terraform.Calls.Select(call => call.Request.Variables).ToList();

        variables[0]["platform"]!["region"]!.GetValue<string>().ShouldBe("nowhere-1");
        variables[1].ContainsKey("platform").ShouldBeFalse();
        variables[1].ContainsKey("placement").ShouldBeFalse();
    }

    public void Dispose() => module.Dispose();

    private static TerraformOutcome WithMachine(TestManager manager)
    {
        var machine = JsonSerializer.SerializeToElement(new { provider = "aws", region = "nowhere-1", instance = "i-0123456789abcdef0" });
        var success = manager.Terraform.Success();
        return success with { Outputs = new Dictionary<string, JsonElement>(success.Outputs) { ["machine"] = machine } };
    }

    private sealed class FullCloud : IMachinePower
    {
        public Task<FailureCause?> ChangeAsync(Machine machine, Power wanted, IJournal journal, CancellationToken cancellationToken) =>
            Task.FromResult(wanted == Power.On ? new FailureCause(FailureKind.Capacity, "No room.", []) : null);
    }

    private TestManager Manager(int places, IMachinePower? power = null)
    {
        TestManager manager = new(settings: new() { ["Platform"] = """{"region": "nowhere-1"}""" }, configure: services =>
        {
            if (power is not null)
                services.AddSingleton(power);
        });
        manager.Templates.All[0] = manager.Templates.All[0] with { Placements = places, Directory = module.Path };
        return manager;
    }

    private static void NoRoom(TestManager manager, int times)
    {
        for (var time = 0; time < times; time++)
            manager.Terraform.NextFails(TerraformFailureKind.Capacity);
    }

    private static List<int> Placements(TestManager manager) =>
        [.. manager.Terraform.Calls.Select(call => call.Request.Variables["placement"]!.GetValue<int>())];

    private static async Task ChangeAsync(TestManager manager, string desktop, Power power)
    {
        var change = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { Power = power }, CancellationToken.None)).Value;
        await manager.RunAsync(change.Operation!.Id);
    }
}
