using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>A cloud without room, and other refusals of EC2's: said by a gate before moto, which always has room.</summary>
public sealed class CapacityTests(SharedMoto moto) : IAsyncLifetime
{
    private AwsDesktop desktop = null!;

    public async ValueTask InitializeAsync() => desktop = await AwsDesktop.NewAsync(moto, "eu-west-2");

    public ValueTask DisposeAsync() => desktop.DisposeAsync();

    [Fact(Timeout = 300_000)]
    public async Task A_refused_place_leaves_nothing_and_the_next_one_is_built_and_stays()
    {
        desktop.Gate.Refuse = call => call.Action == "RunInstances" && call.Find("InstanceType") != "m6a.large" ? "InsufficientInstanceCapacity" : null;
        for (var placement = 0; placement < 2; placement++)
        {
            desktop.Chosen["placement"] = placement;
            var refused = await desktop.TryApplyAsync();
            (refused.Failure, refused.Outputs.Count).ShouldBe((TerraformFailureKind.Capacity, 0), string.Join('\n', refused.Diagnostics));
        }

        desktop.Gate.Calls.Count(call => call.Action == "RunInstances").ShouldBeLessThanOrEqualTo(8, "the provider itself must not try a full place again and again");
        (await desktop.Account.ParameterAsync(desktop.Id)).ShouldBeNull();
        desktop.Chosen["placement"] = 2;
        await desktop.ApplyAsync();
        var built = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
        built.One("instanceType").Value.ShouldBe("m6a.large");

        // A later place with the same type is another subnet: what stands, stands.
        desktop.Chosen["placement"] = 5;
        var plan = await desktop.PlanAsync();

        plan.Changes.ShouldNotContain(change => change.Destroys);
    }

    [Fact(Timeout = 300_000)]
    public async Task Every_subnet_and_type_has_its_turn_and_the_preferred_type_comes_first_in_each_subnet()
    {
        desktop.Gate.Refuse = call => call.Action == "RunInstances" ? "InsufficientFreeAddressesInSubnet" : null;
        for (var placement = 0; placement < 6; placement++)
        {
            desktop.Chosen["placement"] = placement;
            await desktop.TryApplyAsync();
        }

        var tried = desktop.Gate.Calls.Where(call => call.Action == "RunInstances").Select(call => (Type: call.Find("InstanceType")!, Subnet: call.Find("SubnetId")!)).Distinct().ToList();

        tried.Count.ShouldBe(6);
        tried.Select(place => place.Type).ShouldBe(["t3.large", "t3a.large", "m6a.large", "t3.large", "t3a.large", "m6a.large"]);
        tried.Take(3).Select(place => place.Subnet).Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_stopped_desktop_whose_type_is_used_up_starts_as_another_type_with_its_disk()
    {
        await desktop.ApplyAsync();
        await desktop.ApplyAsync("off");
        var machine = desktop.Output("machine", "instance");
        desktop.Gate.Refuse = call =>
            call.Action == "StartInstances" && !desktop.Gate.Calls.Any(before => before.Find("InstanceType.Value") == "t3a.large") ? "InsufficientInstanceCapacity" : null;

        (await desktop.TryApplyAsync()).Failure.ShouldBe(TerraformFailureKind.Capacity);
        desktop.Chosen["placement"] = 1;
        await desktop.ApplyAsync();

        var started = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
        (started.One("instanceId").Value, started.One("instanceType").Value, AwsAccount.State(started)).ShouldBe((machine, "t3a.large", "running"));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_refusal_of_EC2_becomes_the_failure_that_it_is()
    {
        var expected = new Dictionary<string, TerraformFailureKind>(StringComparer.Ordinal)
        {
            ["VcpuLimitExceeded"] = TerraformFailureKind.Quota,
            ["MaxSpotInstanceCountExceeded"] = TerraformFailureKind.Quota,
            ["UnauthorizedOperation"] = TerraformFailureKind.Credentials,
            ["InvalidAMIID.NotFound"] = TerraformFailureKind.Template,
            ["InsufficientFreeAddressesInSubnet"] = TerraformFailureKind.Capacity,
        };
        foreach (var (code, kind) in expected)
        {
            desktop.Gate.Refuse = call => call.Action == "RunInstances" ? code : null;

            var outcome = await desktop.TryApplyAsync();

            outcome.Failure.ShouldBe(kind, $"{code}\n{string.Join('\n', outcome.Diagnostics)}");
            outcome.Diagnostics.ShouldContain(diagnostic => diagnostic.Address == "aws_instance.desktop");
        }
    }
}
