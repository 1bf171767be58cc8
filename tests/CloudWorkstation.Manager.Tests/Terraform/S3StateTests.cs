using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>Real Terraform on a state in S3. The module needs no provider, so that what is measured is the state.</summary>
public sealed class S3StateTests(SharedMoto moto) : IDisposable
{
    private const string Module =
        """
        variable "vnc_password" {
          type      = string
          ephemeral = true
        }
        variable "name" { default = "one" }
        resource "terraform_data" "thing" {
          input = var.name
          provisioner "local-exec" {
            command     = "test -n \"$PASSWORD\""
            environment = { PASSWORD = var.vnc_password }
          }
        }
        output "name" { value = terraform_data.thing.output }
        """;

    private const string Password = "Xq7!tulip";

    private readonly TemporaryDirectory directory = new();
    private readonly List<TerraformEvent> events = [];

    [Fact(Timeout = 120_000)]
    public async Task State_is_written_encrypted_under_its_key_and_gone_after_the_destroy()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var request = Request(bucket);

        (await ApplyAsync(request)).Succeeded.ShouldBeTrue(Log);
        (await bucket.KeysAsync()).ShouldBe([bucket.Key]);
        (await bucket.S3.GetObjectMetadataAsync(bucket.Name, bucket.Key, Token)).ServerSideEncryptionMethod.ShouldNotBeNull();
        (await DestroyAsync(request)).Succeeded.ShouldBeTrue(Log);

        (await bucket.KeysAsync()).ShouldBeEmpty();
        (await bucket.VersionsAsync()).ShouldContain(version => version.Key == bucket.Key);
        (await DestroyAsync(request)).Succeeded.ShouldBeTrue("There is nothing to destroy, and that is a success.");
    }

    [Fact(Timeout = 120_000)]
    public async Task No_password_is_in_any_version_of_any_object_nor_in_a_file_nor_in_the_log()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var request = Request(bucket);
        await ApplyAsync(request);
        await ApplyAsync(request with { Variables = new() { ["name"] = "two" } });
        await Runner().PlanAsync(request with { Variables = new() { ["name"] = "three" } }, ReportAsync, Token, Token);

        var texts = (await bucket.VersionsAsync()).Concat(
            Directory.EnumerateFiles(directory.Path, "*", SearchOption.AllDirectories).Select(file => (file, File.ReadAllText(file)))).Append(("log", Log)).ToList();

        texts.Count.ShouldBeGreaterThan(6);
        texts.Where(text => text.Item2.Contains(Password, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task An_engineer_who_runs_terraform_meanwhile_is_refused_and_told_who_works_there()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var request = Request(bucket, slow: 8);
        var running = ApplyAsync(request);
        await Until(() => Log.Contains("Creating", StringComparison.Ordinal));

        var (code, output) = await ByHandAsync(request, "apply", "-auto-approve", "-no-color", "-var=vnc_password=x", "-lock-timeout=0s");

        code.ShouldBe(1);
        output.ShouldContain("Error acquiring the state lock");
        output.ShouldContain("cloudworkstation@");
        (await running).Succeeded.ShouldBeTrue(Log);
    }

    [Fact(Timeout = 120_000)]
    public async Task While_an_engineer_runs_terraform_nothing_is_done_and_the_failure_says_who_it_is()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var request = Request(bucket, slow: 20);
        await PrepareAsync(request);
        var byHand = ByHandAsync(request, "apply", "-auto-approve", "-no-color", "-var=vnc_password=x");
        await Until(async () => await bucket.ReadAsync(bucket.Location.LockKey) is not null);

        var outcome = await ApplyAsync(request with { OverSince = (_, _) => Task.FromResult<DateTimeOffset?>(DateTimeOffset.MinValue) });

        outcome.Failure.ShouldBe(TerraformFailureKind.Locked);
        outcome.Message.ShouldContain(Environment.MachineName);
        outcome.Message.ShouldContain("since 20");
        (await byHand).Code.ShouldBe(0, "The engineer's run was not disturbed.");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_state_that_could_not_be_stored_is_stored_by_the_next_attempt_and_nothing_is_made_twice()
    {
        await using FaultyS3 faulty = new((await moto.ServerAsync()).Endpoint);
        using var bucket = await StateBucket.CreateAsync(moto, faulty.Endpoint);
        var request = Request(bucket);
        await ApplyAsync(request with { Variables = new() { ["name"] = "before" } });
        faulty.Fault = (method, path) => method == "PUT" && path.EndsWith(".tfstate", StringComparison.Ordinal) ? (400, "ExpiredToken", "The provided token has expired.") : null;

        var failed = await ApplyAsync(request with { Variables = new() { ["name"] = "after" } });

        failed.Failure.ShouldBe(TerraformFailureKind.Credentials);
        failed.Message.ShouldContain("expired");
        var kept = Path.Combine(request.WorkspaceDirectory, "errored.tfstate");
        var serial = Serial(await File.ReadAllTextAsync(kept, Token));
        Serial((await bucket.ReadAsync(bucket.Key))!).ShouldBeLessThan(serial);

        faulty.Fault = (_, _) => null;
        events.Clear();
        (await ApplyAsync(request with { Variables = new() { ["name"] = "after" }, ModuleVersion = "2" })).Succeeded.ShouldBeTrue(Log);

        File.Exists(kept).ShouldBeFalse();
        Log.ShouldContain("storing what it kept");
        Log.ShouldNotContain("Modifying", Case.Sensitive);
        Serial((await bucket.ReadAsync(bucket.Key))!).ShouldBeGreaterThanOrEqualTo(serial);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_state_that_can_be_stored_a_moment_later_is_stored_by_the_same_attempt()
    {
        await using FaultyS3 faulty = new((await moto.ServerAsync()).Endpoint);
        using var bucket = await StateBucket.CreateAsync(moto, faulty.Endpoint);
        var request = Request(bucket);
        var kept = Path.Combine(request.WorkspaceDirectory, "errored.tfstate");
        faulty.Fault = (method, path) =>
            method == "PUT" && path.EndsWith(".tfstate", StringComparison.Ordinal) && !File.Exists(kept) ? (403, "AccessDenied", "Access Denied") : null;

        (await ApplyAsync(request)).Failure.ShouldBe(TerraformFailureKind.Credentials);

        File.Exists(kept).ShouldBeFalse();
        (await bucket.ReadAsync(bucket.Key))!.ShouldContain("terraform_data");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_kept_state_that_others_have_overtaken_is_set_aside_and_not_stored()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        var request = Request(bucket);
        await ApplyAsync(request);
        var stored = (await bucket.ReadAsync(bucket.Key))!;
        var kept = Path.Combine(request.WorkspaceDirectory, "errored.tfstate");
        var other = JsonNode.Parse(stored)!;
        other["lineage"] = "00000000-0000-0000-0000-000000000000";
        other["resources"] = new JsonArray();
        await File.WriteAllTextAsync(kept, other.ToJsonString(), Token);

        (await ApplyAsync(request)).Succeeded.ShouldBeTrue(Log);

        (await bucket.ReadAsync(bucket.Key)).ShouldBe(stored);
        File.Exists(kept).ShouldBeFalse();
        Directory.GetFiles(request.WorkspaceDirectory, "errored.tfstate.*").Length.ShouldBe(1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(404, "NoSuchBucket", "The specified bucket does not exist", TerraformFailureKind.Internal, "does not exist")]
    [InlineData(403, "AccessDenied", "Access Denied", TerraformFailureKind.Credentials, "refuses us")]
    [InlineData(400, "ExpiredToken", "The provided token has expired.", TerraformFailureKind.Credentials, "expired")]
    [InlineData(400, "AuthorizationHeaderMalformed", "the region 'eu-west-1' is wrong; expecting 'us-east-1'", TerraformFailureKind.Internal, "another region")]
    [InlineData(400, "KMS.DisabledException", "arn:aws:kms:eu-west-1:1:key/k is disabled.", TerraformFailureKind.Credentials, "key that encrypts")]
    [InlineData(503, "SlowDown", "Please reduce your request rate.", TerraformFailureKind.Throttled, "slow down")]
    public async Task What_is_wrong_with_the_bucket_is_said_in_a_sentence(int status, string code, string message, TerraformFailureKind kind, string words)
    {
        await using FaultyS3 faulty = new((await moto.ServerAsync()).Endpoint);
        using var bucket = await StateBucket.CreateAsync(moto, faulty.Endpoint);
        faulty.Fault = (_, _) => (status, code, message);

        var outcome = await ApplyAsync(Request(bucket));

        outcome.Failure.ShouldBe(kind, outcome.Message);
        outcome.Message.ShouldContain(words);
        outcome.Diagnostics.ShouldContain(diagnostic => diagnostic.Detail.Contains(code, StringComparison.Ordinal));
    }

    // The same faults as Terraform itself meets them, after the lock: its own words.
    [Theory(Timeout = 120_000)]
    [InlineData(404, "NoSuchBucket", "The specified bucket does not exist", TerraformFailureKind.Internal, "does not exist")]
    [InlineData(403, "AccessDenied", "Access Denied", TerraformFailureKind.Credentials, "refuses us")]
    [InlineData(400, "ExpiredToken", "The provided token has expired.", TerraformFailureKind.Credentials, "expired")]
    [InlineData(400, "KMS.DisabledException", "The key is disabled.", TerraformFailureKind.Credentials, "key that encrypts")]
    public async Task What_terraform_says_of_its_bucket_is_understood(int status, string code, string message, TerraformFailureKind kind, string words)
    {
        await using FaultyS3 faulty = new((await moto.ServerAsync()).Endpoint);
        using var bucket = await StateBucket.CreateAsync(moto, faulty.Endpoint);
        faulty.Fault = (method, path) => path.EndsWith(".tflock", StringComparison.Ordinal) ? null : (status, code, message);

        var outcome = await ApplyAsync(Request(bucket));

        outcome.Failure.ShouldBe(kind, Log);
        outcome.Message.ShouldContain(words);
        (await bucket.ReadAsync(bucket.Location.LockKey)).ShouldBeNull();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_while_waiting_for_the_lock_ends_the_run()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        await bucket.Objects.CreateAsync(bucket.Location.LockKey, """{"ID":"1","Who":"eve@laptop"}""", Token);
        using CancellationTokenSource cancel = new();
        var running = Runner(lockTimeout: TimeSpan.FromMinutes(5)).ApplyAsync(Request(bucket), ReportAsync, cancel.Token, CancellationToken.None);
        await Until(() => Log.Contains("eve@laptop", StringComparison.Ordinal));

        await cancel.CancelAsync();

        (await running).Failure.ShouldBe(TerraformFailureKind.Cancelled);
    }

    public void Dispose() => directory.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Log
    {
        get
        {
            lock (events)
                return string.Join('\n', events.OfType<TerraformEvent.Line>().Select(line => line.Text));
        }
    }

    private TerraformRequest Request(StateBucket bucket, int slow = 0) => bucket.Hold(Requests.In(directory.Path, Module.Replace("test -n", $"sleep {slow}; test -n", StringComparison.Ordinal))) with
    {
        SecretVariables = new Dictionary<string, string> { ["vnc_password"] = Password },
    };

    private static TerraformRunner Runner(TimeSpan? lockTimeout = null) => new(new TerraformOptions { LockTimeout = lockTimeout ?? TimeSpan.Zero }, TimeProvider.System);

    private Task<TerraformOutcome> ApplyAsync(TerraformRequest request) => Runner().ApplyAsync(request, ReportAsync, Token, Token);

    private Task<TerraformOutcome> DestroyAsync(TerraformRequest request) => Runner().DestroyAsync(request, ReportAsync, Token, Token);

    private ValueTask ReportAsync(TerraformEvent what)
    {
        lock (events)
            events.Add(what);
        return ValueTask.CompletedTask;
    }

    private static long Serial(string state)
    {
        using var document = JsonDocument.Parse(state);
        return document.RootElement.GetProperty("serial").GetInt64();
    }

    /// <summary>A workspace as the product makes it, for somebody who works in it by hand.</summary>
    private static async Task PrepareAsync(TerraformRequest request)
    {
        new CloudWorkstation.Manager.Terraform.Workspaces.Workspace(request.WorkspaceDirectory).Materialise(request);
        (await ByHandAsync(request, "init", "-input=false")).Code.ShouldBe(0);
    }

    private static async Task<(int Code, string Output)> ByHandAsync(TerraformRequest request, params string[] arguments)
    {
        ProcessStartInfo start = new("terraform", arguments) { WorkingDirectory = request.WorkspaceDirectory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("TF_CLI_CONFIG_FILE");
        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, string.Concat(output));
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(50, Token);
    }
}
