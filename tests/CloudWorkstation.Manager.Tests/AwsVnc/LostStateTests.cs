using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>A worker and its Terraform killed at once: nothing of what they made is in the state.</summary>
public sealed class LostStateTests(SharedMoto moto)
{
    [Theory(Timeout = 240_000)]
    [InlineData("shared", "us-west-1")]
    [InlineData("dedicated", "ca-central-1")]
    public async Task Everything_that_a_killed_run_made_is_taken_over_or_replaced_by_the_next_and_nothing_is_there_twice(string proxy, string region)
    {
        await using var desktop = await AwsDesktop.NewAsync(moto, region);
        desktop.Chosen["proxy"] = proxy;
        await desktop.ApplyAsync();
        var machine = desktop.Output("machine", "instance");
        Directory.Delete(Path.Combine(desktop.Root, "state"), recursive: true);

        await desktop.ApplyAsync();

        desktop.Output("machine", "instance").ShouldBe(machine);
        (await desktop.Account.InstancesAsync(desktop.Id)).Count.ShouldBe(1);
        (await desktop.Account.ParameterAsync(desktop.Id)).ShouldNotBeNull();
        (await desktop.Account.ServiceAsync(desktop.Id) is not null).ShouldBe(proxy == "dedicated");
    }
}
