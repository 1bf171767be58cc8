using CloudWorkstation.Manager.Aws;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Manager.Tests.Templates;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>Machines that a killed run left behind, when their desktop is deleted.</summary>
public sealed class MachineRemainsTests(SharedMoto moto)
{
    private const string Region = "sa-east-1";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_machine_of_the_desktop_is_terminated_and_no_other()
    {
        using var account = await MotoAccount.OfAsync(moto, Region);
        var mine = await account.RunInstanceAsync(Cancelled, ("cws:desktop", "remainsaaaaa"), ("cws:environment", "test"));
        var others = await account.RunInstanceAsync(Cancelled, ("cws:desktop", "remainsbbbbb"), ("cws:environment", "test"));
        var elsewhere = await account.RunInstanceAsync(Cancelled, ("cws:desktop", "remainsaaaaa"), ("cws:environment", "production"));
        using AwsClients clients = new(account.Access);
        RecordedJournal journal = new();

        var cause = await Remains(clients).RemoveAsync(Deleted("remainsaaaaa"), journal, Cancelled);

        cause.ShouldBeNull();
        (await account.Ec2.InstanceAsync(mine, Cancelled))?.State.ShouldBeOneOf(InstanceState.ShuttingDown, InstanceState.Terminated);
        (await account.Ec2.InstanceAsync(others, Cancelled))!.State.ShouldBe(InstanceState.Running);
        (await account.Ec2.InstanceAsync(elsewhere, Cancelled))!.State.ShouldBe(InstanceState.Running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_keeps_the_desktop_until_it_can_be_removed()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("DescribeInstances", AwsReply.Refusal("UnauthorizedOperation"));
        using AwsClients clients = new(aws.Access);

        var cause = await Remains(clients).RemoveAsync(Deleted("remainsccccc"), new RecordedJournal(), Cancelled);

        cause!.Kind.ShouldBe(FailureKind.Credentials);
    }

    private static MachineRemains Remains(AwsClients clients) =>
        new(clients, new AwsPlace(PlatformTests.Facts($$"""{"region": "{{Region}}"}""")), new ManagerOptions { Environment = "test" });

    private static Desktop Deleted(string id) => new()
    {
        Id = id,
        Name = "Lost",
        Owner = "acc-1",
        OwnerName = "jane",
        Template = "aws-vnc",
        TemplateVersion = "1",
        Parameters = new Dictionary<string, System.Text.Json.JsonElement>(),
        Status = DesktopStatus.Deleting,
        Power = Power.On,
        ProtectedSecret = "",
        State = $"local:{id}",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
