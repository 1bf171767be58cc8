using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>Our EC2 client against moto.</summary>
public sealed class Ec2ContractTests(SharedMoto moto)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task An_instance_is_found_by_its_id_with_state_address_and_tags()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-west-1");
        var id = await account.RunInstanceAsync(Token, ("cws:environment", "t1"), ("cws:desktop", "d1"));

        var instance = await account.Ec2.InstanceAsync(id, Token);

        instance.ShouldNotBeNull();
        instance.State.ShouldBe(InstanceState.Running);
        instance.PrivateAddress.ShouldNotBeNull();
        instance.LaunchedAt.ShouldNotBeNull();
        instance.Tags["cws:desktop"].ShouldBe("d1");
    }

    [Fact(Timeout = 120_000)]
    public async Task Instances_with_a_tag_come_page_after_page()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-west-2");
        using var smallPages = new Ec2Client(account.Region, account.Access, pageSize: 5);
        var expected = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            expected.Add(await account.RunInstanceAsync(Token, ("cws:environment", "mine")));
        }

        await account.RunInstanceAsync(Token, ("cws:environment", "other"));

        var found = await smallPages.InstancesAsync("cws:environment", "mine", Token).Select(i => i.Id).ToListAsync(Token);

        found.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Stop_start_reboot_and_terminate_change_what_is_then_read()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-west-3");
        var id = await account.RunInstanceAsync(Token);

        (await account.Ec2.StopAsync(id, Token)).Before.ShouldBe(InstanceState.Running);
        (await account.Ec2.InstanceAsync(id, Token))!.State.ShouldBe(InstanceState.Stopped);
        (await account.Ec2.StartAsync(id, Token)).Id.ShouldBe(id);
        await account.Ec2.RebootAsync(id, Token);
        (await account.Ec2.InstanceAsync(id, Token))!.State.ShouldBe(InstanceState.Running);
        await account.Ec2.TerminateAsync(id, Token);
        (await account.Ec2.InstanceAsync(id, Token))!.State.ShouldBe(InstanceState.Terminated);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_serial_console_is_read_as_text()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-north-1");
        var id = await account.RunInstanceAsync(Token);

        (await account.Ec2.ConsoleOutputAsync(id, Token)).ShouldNotBeNull().ShouldContain("Linux version");
    }

    [Fact(Timeout = 120_000)]
    public async Task An_instance_that_never_was_is_null_and_cannot_be_stopped()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-south-1");

        (await account.Ec2.InstanceAsync("i-0123456789abcdef0", Token)).ShouldBeNull();
        var refused = await Should.ThrowAsync<AwsException>(() => account.Ec2.StopAsync("i-0123456789abcdef0", Token));
        refused.Code.ShouldBe("InvalidInstanceID.NotFound");
        refused.RequestId.ShouldNotBeNullOrEmpty();
        refused.Service.ShouldBe("EC2");
    }

    [Fact(Timeout = 120_000)]
    public async Task Volumes_with_a_tag_are_listed_and_deleted()
    {
        using var account = await MotoAccount.OfAsync(moto, "sa-east-1");
        var id = await account.CreateVolumeAsync(Token, ("cws:environment", "t1"));
        await account.CreateVolumeAsync(Token, ("cws:environment", "t2"));

        var found = await account.Ec2.VolumesAsync("cws:environment", "t1", Token).ToListAsync(Token);
        found.Select(v => (v.Id, v.State, v.SizeGigabytes)).ShouldBe([(id, "available", 8)]);
        found.Single().CreatedAt.ShouldNotBeNull();

        await account.Ec2.DeleteVolumeAsync(id, Token);
        (await account.Ec2.VolumesAsync("cws:environment", "t1", Token).ToListAsync(Token)).ShouldBeEmpty();
    }
}
