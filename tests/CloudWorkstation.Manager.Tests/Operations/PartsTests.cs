using System.Diagnostics;
using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Operations;

public sealed class ProgressTrackerTests
{
    [Fact(Timeout = 30_000)]
    public async Task What_is_only_taken_over_does_not_wait_in_the_list_for_ever()
    {
        var progress = new ProgressTracker(new OperationProgress());
        progress.Apply(new TerraformEvent.Resource(DateTimeOffset.UnixEpoch, "aws_ec2_instance_state.desktop[0]", "import", ResourceState.Planned, TimeSpan.Zero));
        progress.Apply(new TerraformEvent.Resource(DateTimeOffset.UnixEpoch, "aws_instance.desktop", "update", ResourceState.Planned, TimeSpan.Zero));

        progress.Current.Resources.Select(resource => resource.Address).ShouldBe(["aws_instance.desktop"]);
        await Task.CompletedTask;
    }
}

public sealed class LogBufferTests
{
    [Fact(Timeout = 30_000)]
    public async Task Lines_are_numbered_on_from_what_is_stored_and_cut()
    {
        var log = new LogBuffer("op", 7);
        log.Add(DateTimeOffset.UnixEpoch, "info", new string('x', 5000));

        var line = log.Peek().Single().Lines.Single();

        line.Sequence.ShouldBe(8);
        line.Text.Length.ShouldBe(LogBuffer.LongestLine);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_chunk_fits_a_document_whatever_the_lines_hold()
    {
        var log = new LogBuffer("op", 0);
        for (var i = 0; i < 1000; i++)
        {
            log.Add(DateTimeOffset.UnixEpoch, "info", new string('ü', 4000));
        }

        log.Peek().ShouldAllBe(c => JsonSerializer.SerializeToUtf8Bytes(c, Manager.Storage.Collection<LogChunk>.Json).Length < Manager.Storage.StoreLimits.MaximumDocumentBytes);
        log.FitsOneCommit.ShouldBeFalse();
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Output_without_end_is_cut_and_our_own_lines_still_come()
    {
        var log = new LogBuffer("op", LogBuffer.MostOutput - 1);
        for (var i = 0; i < 100; i++)
        {
            log.AddOutput(DateTimeOffset.UnixEpoch, "info", "y");
        }

        log.Add(DateTimeOffset.UnixEpoch, "info", "Waiting for the screen");

        var lines = log.Peek().SelectMany(c => c.Lines).Select(l => l.Text).ToList();
        lines.Count.ShouldBe(3);
        lines[0].ShouldBe("y");
        lines[1].ShouldContain("left out");
        lines[2].ShouldBe("Waiting for the screen");
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Terminal_control_is_taken_out_of_lines()
    {
        var log = new LogBuffer("op", 0);
        log.Add(DateTimeOffset.UnixEpoch, "info", "\u001b[0m\u001b[32mgreen\u001b[0m\ttab\u0007");

        log.Peek().Single().Lines.Single().Text.ShouldBe("green\ttab");
        await Task.CompletedTask;
    }
}

public sealed class TemplateOutputsTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("""{"connection": {"host": "10.0.0.1", "port": 5901}}""", 0)]
    [InlineData("""{"connection": {"host": "10.0.0.1", "port": "5901"}}""", 0)]
    [InlineData("""{}""", 1)]
    [InlineData("""{"connection": {"host": "10.0.0.1"}}""", 1)]
    [InlineData("""{"connection": {"host": "a b", "port": 1}}""", 1)]
    [InlineData("""{"connection": {"host": "h", "port": 70000}, "proxy": "nowhere", "details": "no"}""", 3)]
    [InlineData("""{"connection": {"host": "h", "port": 1}, "proxy": "10.0.0.2:8083", "details": [{"label": "a", "value": 1}]}""", 0)]
    [InlineData("""{"connection": {"host": "h", "port": 1}, "machine": null}""", 0)]
    [InlineData("""{"connection": {"host": "h", "port": 1}, "machine": {"provider": "aws", "region": "eu-central-1"}}""", 1)]
    [InlineData("""{"connection": {"host": "h", "port": 1}, "machine": "i-1"}""", 1)]
    public async Task Every_output_that_breaks_the_contract_is_named(string json, int problems)
    {
        var outputs = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

        TemplateOutputs.Read(outputs, needsScreen: true, out var found);

        found.Count.ShouldBe(problems);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("rdp", """{"username": "ada", "parameters": {"security": "nla", "ignore-cert": true, "color-depth": 24}}""", "color-depth=24 ignore-cert=true security=nla username=ada")]
    [InlineData("ssh", """{"username": "ada", "parameters": null}""", "username=ada")]
    [InlineData("vnc", """{}""", "")]
    public async Task What_guacd_is_told_besides_is_read_by_its_names(string protocol, string members, string expected)
    {
        var read = TemplateOutputs.Read(Connection(members), needsScreen: true, out var problems, protocol);

        problems.ShouldBeEmpty();
        string.Join(' ', (read.Connection!.Parameters ?? new Dictionary<string, string>()).Select(p => $"{p.Key}={p.Value}")).ShouldBe(expected);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("rdp", """{"parameters": {"password": "x"}}""")]
    [InlineData("ssh", """{"parameters": {"private-key": "x"}}""")]
    [InlineData("ssh", """{"parameters": {"typescript-path": "/tmp"}}""")]
    [InlineData("rdp", """{"parameters": {"drive-path": "/"}}""")]
    [InlineData("vnc", """{"parameters": {"recording-path": "/tmp"}}""")]
    [InlineData("vnc", """{"parameters": {"disable-copy": "false"}}""")]
    [InlineData("vnc", """{"parameters": {"domain": "x"}}""")]
    [InlineData("vnc", """{"parameters": "domain"}""")]
    [InlineData("vnc", """{"parameters": {"encodings": ["zrle"]}}""")]
    [InlineData("vnc", """{"username": "a\nb"}""")]
    public async Task A_parameter_that_is_a_secret_a_file_or_a_policys_or_of_another_protocol_is_refused(string protocol, string members)
    {
        TemplateOutputs.Read(Connection(members), needsScreen: true, out var problems, protocol);

        problems.Count.ShouldBe(1);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"provider": "aws", "region": "eu-central-1", "instance": "i-1", "cluster": "main", "service": "cws-a", "later": 1}""", "main", "cws-a")]
    [InlineData("""{"provider": "aws", "region": "eu-central-1", "instance": "i-1", "cluster": null}""", null, null)]
    public async Task The_machine_is_read_with_or_without_a_proxy_of_its_own(string json, string? cluster, string? service)
    {
        var outputs = new Dictionary<string, JsonElement> { ["machine"] = JsonSerializer.Deserialize<JsonElement>(json) };

        var read = TemplateOutputs.Read(outputs, needsScreen: false, out var problems);

        problems.ShouldBeEmpty();
        read.Machine.ShouldBe(new Machine("aws", "eu-central-1", "i-1", cluster, service));
        await Task.CompletedTask;
    }

    private static Dictionary<string, JsonElement> Connection(string members)
    {
        var connection = System.Text.Json.Nodes.JsonNode.Parse(members)!.AsObject();
        (connection["host"], connection["port"]) = ("10.0.0.1", 3389);
        return new() { ["connection"] = JsonSerializer.SerializeToElement(connection) };
    }
}

public sealed class FailureCatalogueTests
{
    [Fact(Timeout = 30_000)]
    public async Task Every_failure_of_terraform_has_a_sentence_and_a_fix()
    {
        foreach (var kind in Enum.GetValues<TerraformFailureKind>().Where(k => k != TerraformFailureKind.None))
        {
            var failure = FailureCatalogue.From(new TerraformOutcome { Failure = kind }).At("op", DateTimeOffset.UnixEpoch);
            failure.Message.ShouldNotBeEmpty();
            failure.Fix.ShouldNotBeEmpty();
        }

        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Only_what_passes_by_itself_is_tried_again()
    {
        Enum.GetValues<FailureKind>().Where(FailureCatalogue.PassesByItself)
            .ShouldBe([FailureKind.Capacity, FailureKind.Throttled, FailureKind.Network, FailureKind.Locked]);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task The_delay_doubles_and_spreads()
    {
        var first = TimeSpan.FromSeconds(4);

        AttemptRules.Delay(first, 0, 0).ShouldBe(TimeSpan.FromSeconds(3));
        AttemptRules.Delay(first, 1, 0.5).ShouldBe(TimeSpan.FromSeconds(8));
        AttemptRules.Delay(first, 2, 1).ShouldBe(TimeSpan.FromSeconds(20));
        await Task.CompletedTask;
    }
}

public sealed class WorkerIdentityTests
{
    [Fact(Timeout = 30_000)]
    public async Task Only_a_worker_of_this_machine_that_is_certainly_gone_counts_as_dead()
    {
        var self = new WorkerIdentity();
        var parts = self.Id.Split('~');

        self.IsDead(self.Id).ShouldBeFalse();
        self.IsDead(null).ShouldBeFalse();
        self.IsDead("rubbish").ShouldBeFalse();
        self.IsDead(string.Join('~', "other-boot", parts[1], parts[2], parts[3])).ShouldBeFalse();
        self.IsDead(string.Join('~', parts[0], parts[1], parts[2], "1")).ShouldBeTrue();
        self.IsDead(string.Join('~', parts[0], parts[1], int.MaxValue, "1")).ShouldBeTrue();
        await Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_has_ended_and_was_not_reaped_counts_as_dead()
    {
        // The second program takes the place of the shell and knows nothing of its child, which stays a zombie.
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var child = (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            string[] stat;
            do
            {
                stat = (await File.ReadAllTextAsync($"/proc/{child}/stat", TestContext.Current.CancellationToken)).Split(' ');
            }
            while (stat[2] != "Z");

            var parts = new WorkerIdentity().Id.Split('~');
            new WorkerIdentity().IsDead(string.Join('~', parts[0], parts[1], child, stat[21])).ShouldBeTrue();
        }
        finally
        {
            parent.Kill();
        }
    }
}
