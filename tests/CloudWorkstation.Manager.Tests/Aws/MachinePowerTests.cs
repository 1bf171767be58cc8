using CloudWorkstation.Manager.Aws;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Aws;

public sealed class MachinePowerTests
{
    private const string Id = "i-1";
    private static readonly Machine Machine = new("aws", "eu-central-1", Id, null, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_machine_is_stopped_at_once_and_waited_for()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StopInstances", AwsReply.Changed(Id, "running", "stopping"))
            .Next("DescribeInstances", Seen("stopping"), Seen("stopped"));
        var journal = new RecordedJournal();

        (await ChangeAsync(aws, Power.Off, journal)).ShouldBeNull();

        aws.Calls.Select(c => c.Operation).ShouldBe(["StopInstances", "DescribeInstances", "DescribeInstances"]);
        journal.Steps.ShouldBe(["power"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_that_stands_still_already_is_asked_once()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StopInstances", AwsReply.Changed(Id, "stopped", "stopped"));

        (await ChangeAsync(aws, Power.Off)).ShouldBeNull();

        aws.Calls.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_is_started_and_waited_for()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StartInstances", AwsReply.Changed(Id, "stopped", "pending")).Next("DescribeInstances", Seen("pending"), Seen("running"));

        (await ChangeAsync(aws, Power.On)).ShouldBeNull();

        aws.Count("DescribeInstances").ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_that_is_still_stopping_is_started_once_it_stands_still()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StartInstances", AwsReply.Refusal("IncorrectInstanceState"), AwsReply.Changed(Id, "stopped", "pending"))
            .Next("DescribeInstances", Seen("stopping"), Seen("stopping"), Seen("stopped"), Seen("running"));

        (await ChangeAsync(aws, Power.On)).ShouldBeNull();

        aws.Count("StartInstances").ShouldBe(2);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("IncorrectInstanceState", "terminated")]
    [InlineData("InvalidInstanceID.NotFound", null)]
    public async Task A_machine_that_is_gone_is_left_to_terraform(string code, string? state)
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StartInstances", AwsReply.Refusal(code)).Next("DescribeInstances", state is null ? AwsReply.Refusal(code) : Seen(state));
        var journal = new RecordedJournal();

        (await ChangeAsync(aws, Power.On, journal)).ShouldBeNull();

        journal.Lines.ShouldContain(l => l.Contains("builds it again", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task No_room_at_the_start_is_a_failure_of_capacity()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Otherwise = (_, _) => AwsReply.Refusal("InsufficientInstanceCapacity", "We currently do not have sufficient t3.large capacity.");

        var cause = await ChangeAsync(aws, Power.On);

        cause.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Capacity);
        cause.Diagnostics.Single().Detail.ShouldContain("t3.large");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_room_after_the_start_was_accepted_is_one_too()
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Next("StartInstances", AwsReply.Changed(Id, "stopped", "pending"))
            .Next("DescribeInstances", Seen("pending"), AwsReply.Instances(AwsReply.Instance(Id, "stopped", reason: "Server.InsufficientInstanceCapacity")));

        (await ChangeAsync(aws, Power.On)).ShouldNotBeNull().Kind.ShouldBe(FailureKind.Capacity);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("UnauthorizedOperation")]
    [InlineData("UnsupportedOperation")]
    [InlineData("ExpiredToken")]
    [InlineData("SomethingNew")]
    public async Task Whatever_else_is_refused_is_left_to_terraform(string code)
    {
        await using var aws = await ScriptedAws.StartAsync();
        aws.Otherwise = (_, _) => AwsReply.Refusal(code);
        var journal = new RecordedJournal();

        (await ChangeAsync(aws, Power.Off, journal)).ShouldBeNull();

        journal.Lines.ShouldHaveSingleItem().ShouldContain(code);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_ends_the_waiting()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        aws.Next("StopInstances", AwsReply.Changed(Id, "running", "stopping"));
        aws.Otherwise = (_, _) =>
        {
            cancel.Cancel();
            return Seen("stopping");
        };

        await Should.ThrowAsync<OperationCanceledException>(() => ChangeAsync(aws, Power.Off, null, cancel.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_of_another_provider_is_nobodys_business_here()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var clients = new AwsClients(aws.Access);
        var power = new MachinePower(clients, TimeProvider.System, NullLogger<MachinePower>.Instance);

        (await power.ChangeAsync(Machine with { Provider = "other" }, Power.Off, new RecordedJournal(), Token)).ShouldBeNull();

        aws.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_the_serial_console_goes_into_the_log_and_the_diagnostics_without_the_password()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var clients = new AwsClients(aws.Access);
        var output = string.Join('\n', Enumerable.Range(1, 300).Select(i => $"line {i}").Append("password is hunter42 here"));
        aws.Next("DescribeInstances", Seen("running")).Next("GetConsoleOutput", AwsReply.Ok(
            $"<GetConsoleOutputResponse><instanceId>{Id}</instanceId><output>{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(output))}</output></GetConsoleOutputResponse>"));
        var journal = new RecordedJournal();
        var cause = new FailureCause(FailureKind.Timeout, "No answer.", []);

        var explained = await new MachineConsole(clients).ExplainAsync(Machine, cause, "hunter42", journal, Token);

        explained.Message.ShouldBe("No answer.");
        explained.Diagnostics.Select(d => d.Summary).ShouldBe([$"Instance {Id}", "Serial console"]);
        explained.Diagnostics[1].Detail.ShouldEndWith("password is [secret] here");
        journal.Lines.Count.ShouldBe(101);
        journal.Lines.ShouldNotContain(l => l.Contains("hunter42", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_console_that_may_not_be_read_changes_nothing()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var clients = new AwsClients(aws.Access);
        aws.Otherwise = (_, _) => AwsReply.Refusal("UnauthorizedOperation");
        var cause = new FailureCause(FailureKind.Timeout, "No answer.", []);

        (await new MachineConsole(clients).ExplainAsync(Machine, cause, "hunter42", new RecordedJournal(), Token)).ShouldBe(cause);
    }

    private static AwsReply Seen(string state) => AwsReply.Instances(AwsReply.Instance(Id, state));

    private static async Task<FailureCause?> ChangeAsync(ScriptedAws aws, Power wanted, RecordedJournal? journal = null, CancellationToken? token = null)
    {
        using var clients = new AwsClients(aws.Access);
        var power = new MachinePower(clients, TimeProvider.System, NullLogger<MachinePower>.Instance);
        return await power.ChangeAsync(Machine, wanted, journal ?? new RecordedJournal(), token ?? Token);
    }
}
