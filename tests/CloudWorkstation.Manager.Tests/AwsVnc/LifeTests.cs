using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Manager.Tests.Terraform;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>The life of a desktop of aws-vnc: real Terraform and provider against moto.</summary>
public sealed class LifeTests(SharedMoto moto) : IAsyncLifetime
{
    private AwsDesktop desktop = null!;

    public async ValueTask InitializeAsync() => desktop = await AwsDesktop.NewAsync(moto, "eu-west-1");

    public ValueTask DisposeAsync() => desktop.DisposeAsync();

    [Fact(Timeout = 400_000)]
    public async Task A_desktop_with_a_proxy_of_its_own_is_built_stopped_started_and_destroyed_without_a_trace()
    {
        desktop.Chosen["proxy"] = "dedicated";
        await desktop.ApplyAsync();
        var machine = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem().One("instanceId").Value;
        desktop.Output("machine", "instance").ShouldBe(machine);
        desktop.Output("machine", "service").ShouldBe($"cws-{desktop.Id}");
        desktop.Output("connection", "port").ShouldBe("5901");
        desktop.Outputs.Keys.ShouldNotContain("proxy");
        (await Wanted()).ShouldBe(1);

        await desktop.ApplyAsync("off");
        AwsAccount.State((await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem()).ShouldBe("stopped");
        desktop.Outputs.Keys.ShouldNotContain("connection");
        (await Wanted()).ShouldBe(0);

        await desktop.ApplyAsync();
        var started = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
        (AwsAccount.State(started), started.One("instanceId").Value).ShouldBe(("running", machine));
        (await Wanted()).ShouldBe(1);

        (await desktop.DestroyAsync()).Succeeded.ShouldBeTrue();
        (await desktop.Account.InstancesAsync(desktop.Id)).ShouldBeEmpty();
        (await desktop.Account.ParameterAsync(desktop.Id)).ShouldBeNull();
        (await desktop.Account.ServiceAsync(desktop.Id)).ShouldBeNull();
        (await Volumes()).ShouldBe(0);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_machine_that_was_ordered_by_a_killed_run_is_taken_over_by_the_next()
    {
        var killed = await desktop.TryApplyAsync(report: async what =>
        {
            if (what is TerraformEvent.Line line && line.Text.Contains("aws_instance.desktop: Creating", StringComparison.Ordinal))
            {
                while ((await desktop.Account.InstancesAsync(desktop.Id)).Count == 0)
                    await Task.Delay(50);
                KillTerraform();
            }
        });
        killed.ExitCode.ShouldBe(137);
        var ordered = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem().One("instanceId").Value;

        await desktop.ApplyAsync();

        (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem().One("instanceId").Value.ShouldBe(ordered);
        desktop.Output("machine", "instance").ShouldBe(ordered);
        (await desktop.Account.ParameterAsync(desktop.Id))!["Value"]!.GetValue<string>().ShouldBe(AwsDesktop.Password);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_machine_stopped_or_lost_behind_our_back_is_brought_back_by_an_apply()
    {
        await desktop.ApplyAsync();
        var first = desktop.Output("machine", "instance");
        await desktop.Account.Ec2Async("StopInstances", ("InstanceId.1", first));

        await desktop.ApplyAsync();
        AwsAccount.State((await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem()).ShouldBe("running");
        desktop.Output("machine", "instance").ShouldBe(first);

        await desktop.Account.Ec2Async("TerminateInstances", ("InstanceId.1", first));
        await desktop.ApplyAsync();

        var second = desktop.Output("machine", "instance");
        second.ShouldNotBe(first);
        (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem().One("instanceId").Value.ShouldBe(second);
    }

    [Fact(Timeout = 300_000)]
    public async Task Another_size_of_a_stopped_desktop_leaves_it_stopped_with_its_disk()
    {
        await desktop.ApplyAsync();
        var machine = desktop.Output("machine", "instance");
        await desktop.ApplyAsync("off");
        desktop.Chosen["size"] = "large";

        var plan = await desktop.PlanAsync("off");
        plan.Changes.Where(change => change.Destroys).ShouldAllBe(change => !desktop.Template.IsPersistent(change.Address));
        await desktop.ApplyAsync("off");

        var resized = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
        (resized.One("instanceId").Value, resized.One("instanceType").Value, AwsAccount.State(resized)).ShouldBe((machine, "t3.xlarge", "stopped"));
    }

    [Fact(Timeout = 300_000)]
    public async Task Another_owner_changes_what_things_are_marked_with_and_replaces_nothing()
    {
        await desktop.ApplyAsync();
        var machine = desktop.Output("machine", "instance");
        desktop.Owner = "john.roe";

        (await desktop.PlanAsync("on")).Changes.ShouldAllBe(change => !change.Destroys);
        await desktop.ApplyAsync();

        var instance = (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
        (instance.One("instanceId").Value, instance.Tags()["cws:owner"], AwsAccount.State(instance)).ShouldBe((machine, "john.roe", "running"));
        (await desktop.Account.ParameterAsync(desktop.Id))!["Value"]!.GetValue<string>().ShouldBe(AwsDesktop.Password);
    }

    private async Task<int> Wanted() => (await desktop.Account.ServiceAsync(desktop.Id)).ShouldNotBeNull()["desiredCount"]!.GetValue<int>();

    private async Task<int> Volumes() =>
        (await desktop.Account.Ec2Async("DescribeVolumes", ("Filter.1.Name", "tag:cws:desktop"), ("Filter.1.Value.1", desktop.Id))).Named("volumeId").Count();

    /// <summary>Terraform alone, as the kernel kills it when memory runs out.</summary>
    private void KillTerraform()
    {
        foreach (var pid in Processes.With($"HOME={desktop.Root}/workspace/.home", "terraform"))
            System.Diagnostics.Process.GetProcessById(pid).Kill();
    }
}
