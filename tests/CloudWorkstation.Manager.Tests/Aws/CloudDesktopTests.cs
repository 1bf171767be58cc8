using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>Whole operations of a desktop with a machine: our calls to AWS beside a scripted Terraform.</summary>
public sealed class CloudDesktopTests
{
    private const string Id = "i-1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Ec2_hears_of_a_stop_before_terraform_does()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        desktop.Machine.ShouldBe(new Machine("aws", "eu-central-1", Id, null, null));
        desktop.Observed!.State.ShouldBe(ObservedState.Running);
        var callsBeforeTerraform = -1;
        aws.Next("StopInstances", AwsReply.Changed(Id, "running", "stopped"));
        manager.Terraform.Next((_, _, _, _) =>
        {
            callsBeforeTerraform = aws.Calls.Count;
            return Task.FromResult(manager.Terraform.Success());
        });

        var operation = await ChangeAsync(manager, desktop, Power.Off);

        operation.State.ShouldBe(OperationState.Succeeded);
        callsBeforeTerraform.ShouldBe(1);
        operation.Progress.Timeline.Select(t => t.Name).ShouldContain("power");
        (await manager.ReadAsync(desktop.Id)).Observed!.State.ShouldBe(ObservedState.Stopped);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_that_finds_no_room_is_tried_again_and_then_fails_with_capacity()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws, new() { ["Jobs:MaximumAttempts"] = "1" });
        var desktop = await manager.BuildAsync(TestManager.Alice);
        aws.Next("StopInstances", AwsReply.Changed(Id, "running", "stopped"));
        await ChangeAsync(manager, desktop, Power.Off);
        aws.Otherwise = (_, _) => AwsReply.Refusal("InsufficientInstanceCapacity");
        var runs = manager.Terraform.Calls.Count;

        var operation = await ChangeAsync(manager, desktop, Power.On);

        operation.Failure!.Kind.ShouldBe(FailureKind.Capacity);
        operation.Failure.Message.ShouldNotBeEmpty();
        manager.Terraform.Calls.Count.ShouldBe(runs);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_ec2_terraform_stops_it_alone()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        aws.Otherwise = (_, _) => AwsReply.Refusal("UnauthorizedOperation");

        var operation = await ChangeAsync(manager, desktop, Power.Off);

        operation.State.ShouldBe(OperationState.Succeeded);
        manager.Terraform.Calls.Last().Request.Variables["power"]!.ToString().ShouldBe("off");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_address_of_a_proxy_task_becomes_the_desktops_route()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws, dedicated: true);
        aws.Next("ListTasks", Arns(), Arns(), Arns("t1")).Next("DescribeTasks", Tasks("RUNNING"));
        aws.Otherwise = (_, _) => Arns();

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Status.ShouldBe(DesktopStatus.Running);
        desktop.Proxy.ShouldBe("10.0.7.7:8083");
        aws.Calls.First(c => c.Operation == "ListTasks").Fields["json"].ShouldContain("\"serviceName\":\"cws-own\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_whose_image_cannot_be_pulled_fails_the_operation_with_the_reason()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws, dedicated: true);
        const string Reason = "CannotPullContainerError: failed to resolve ref registry/proxy:9: not found";
        aws.Otherwise = (operation, fields) => operation == "DescribeTasks" ? Tasks("STOPPED", Reason)
            : fields["json"].Contains("STOPPED", StringComparison.Ordinal) ? Arns("t1") : Arns();

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Status.ShouldBe(DesktopStatus.Failed);
        desktop.Failure!.Kind.ShouldBe(FailureKind.Template);
        desktop.Failure.Message.ShouldContain("proxy");
        desktop.Failure.Diagnostics.Single().Detail.ShouldContain(Reason);
        desktop.Machine.ShouldNotBeNull("what was built is known, so that it can be looked at");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_says_where_it_is_needs_no_question()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws, dedicated: true);
        manager.Terraform.Next(async (request, _, _, _) =>
        {
            (await manager.Get<IProxyAnnouncements>().AnnounceAsync(request.Variables["desktop"]!["id"]!.ToString(), "10.0.9.9:8083", Token)).Succeeded.ShouldBeTrue();
            return manager.Terraform.Success();
        });

        var desktop = await manager.BuildAsync(TestManager.Alice);

        desktop.Proxy.ShouldBe("10.0.9.9:8083");
        aws.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_comes_back_elsewhere_moves_the_route_of_a_running_desktop()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws, dedicated: true);
        aws.Otherwise = (operation, _) => operation == "DescribeTasks" ? Tasks("RUNNING") : Arns("t1");
        var desktop = await manager.BuildAsync(TestManager.Alice);

        (await manager.Get<IProxyAnnouncements>().AnnounceAsync(desktop.Id, "10.0.8.8:8083", Token)).Succeeded.ShouldBeTrue();

        (await manager.ReadAsync(desktop.Id)).Proxy.ShouldBe("10.0.8.8:8083");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("proxy.example:8083")]
    [InlineData("10.0.0.1")]
    [InlineData("")]
    public async Task What_is_no_address_is_refused(string address)
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        (await manager.Get<IProxyAnnouncements>().AnnounceAsync(desktop.Id, address, Token)).Problem!.Code.ShouldBe("invalid");
        (await manager.Get<IProxyAnnouncements>().AnnounceAsync("abcdefghijkl", "10.0.0.1:1", Token)).Problem!.Code.ShouldBe("not_found");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_restart_asks_ec2_and_is_in_the_audit_trail()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        aws.Next("RebootInstances", AwsReply.Ok("<RebootInstancesResponse><return>true</return></RebootInstancesResponse>"));

        (await manager.Get<IMachineRestart>().RestartAsync(TestManager.Alice, desktop.Id, Token)).Succeeded.ShouldBeTrue();

        aws.Calls.Single().Fields["InstanceId.1"].ShouldBe(Id);
        var trail = (await manager.Get<Manager.Audit.IAuditLog>().QueryAsync(TestManager.Admin, new() { Target = $"desktop/{desktop.Id}" }, Token)).Value;
        trail.Items.ShouldContain(e => e.Action == "desktop.restart" && e.ActorName == "alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_restart_is_refused_to_strangers_to_desktops_without_a_machine_and_by_ec2()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = Manager(aws);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var restart = manager.Get<IMachineRestart>();
        aws.Otherwise = (_, _) => AwsReply.Refusal("UnauthorizedOperation");

        (await restart.RestartAsync(TestManager.Bob, desktop.Id, Token)).Problem!.Code.ShouldBe("not_found");
        (await restart.RestartAsync(TestManager.Alice, desktop.Id, Token)).Problem!.Code.ShouldBe("cloud_refused");
        manager.Terraform.Machine = null;
        var plain = await manager.BuildAsync(TestManager.Alice, "Plain");
        (await restart.RestartAsync(TestManager.Alice, plain.Id, Token)).Problem!.Code.ShouldBe("conflict");
    }

    private static TestManager Manager(ScriptedAws aws, Dictionary<string, string?>? settings = null, bool dedicated = false)
    {
        var manager = new TestManager(settings: settings, configure: services => services.AddSingleton(aws.Access));
        manager.Terraform.Machine = new { provider = "aws", region = "eu-central-1", instance = Id, cluster = dedicated ? "main" : null, service = dedicated ? "cws-own" : null };
        return manager;
    }

    private static async Task<Operation> ChangeAsync(TestManager manager, Desktop desktop, Power power)
    {
        var accepted = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = power }, Token)).Value;
        await manager.RunAsync(accepted.Operation!.Id);
        return await manager.OperationAsync(accepted.Operation.Id);
    }

    private static AwsReply Arns(params string[] arns) => AwsReply.Json($$"""{"taskArns": [{{string.Join(',', arns.Select(a => $"\"{a}\""))}}]}""");

    private static AwsReply Tasks(string status, string? reason = null) => AwsReply.Json(
        $$"""
          {"tasks": [{"taskArn": "t1", "group": "service:cws-own", "lastStatus": "{{status}}", "stoppedReason": "{{reason}}",
            "stoppedAt": {{DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds()}}.5, "containers": [],
            "attachments": [{"type": "ElasticNetworkInterface", "details": [{"name": "privateIPv4Address", "value": "10.0.7.7"}]}]}]}
          """);
}
