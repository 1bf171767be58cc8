using System.Diagnostics;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>A worker that dies by kill -9 in the middle of an apply whose state is in S3, alone or with its Terraform.</summary>
public sealed class S3CrashTests(SharedMoto moto) : IDisposable
{
    // Each thing that is built leaves a line: what is built twice leaves two.
    private const string Module =
        """
        resource "terraform_data" "first" {
          provisioner "local-exec" {
            command = "echo first >> ../built"
          }
        }
        resource "terraform_data" "second" {
          depends_on = [terraform_data.first]
          provisioner "local-exec" {
            command = "trap '' INT; echo begun; test -e ../gate || sleep 3; echo second >> ../built"
          }
        }
        """;

    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task The_next_attempt_takes_the_lock_over_and_goes_on_where_the_dead_one_was()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        using var host = StartHost(bucket);
        await ReadUntilAsync(host, "begun");

        host.Kill();
        var lines = new List<string>();
        var outcome = await NextAsync(bucket, lines);

        outcome.Succeeded.ShouldBeTrue(string.Join('\n', lines));
        lines.ShouldContain(line => line.Contains("was taken over", StringComparison.Ordinal));
        (await File.ReadAllLinesAsync(directory.File("built"), Token)).ShouldBe(["first", "second"]);
        (await bucket.KeysAsync()).ShouldBe([bucket.Key]);
    }

    [Fact(Timeout = 120_000)]
    public async Task After_a_kill_of_everything_the_next_attempt_succeeds_and_no_lock_is_left()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        using var host = StartHost(bucket);
        await ReadUntilAsync(host, "begun");

        host.Kill(entireProcessTree: true);
        await File.WriteAllTextAsync(directory.File("gate"), "", Token);
        var lines = new List<string>();

        (await NextAsync(bucket, lines)).Succeeded.ShouldBeTrue(string.Join('\n', lines));
        (await bucket.KeysAsync()).ShouldBe([bucket.Key]);
        (await bucket.ReadAsync(bucket.Key))!.ShouldContain("second");
    }

    public void Dispose() => directory.Dispose();

    private Task<TerraformOutcome> NextAsync(StateBucket bucket, List<string> lines)
    {
        var over = DateTimeOffset.UtcNow;
        var request = bucket.Hold(Requests.In(directory.Path, Module)) with
        {
            Holder = new("operation", 2, "next"),
            OverSince = (holder, _) => Task.FromResult<DateTimeOffset?>(holder is { Operation: "operation", Attempt: 1 } ? over : null),
        };
        TerraformOptions options = new() { OrphanGrace = TimeSpan.FromSeconds(5), LockTimeout = TimeSpan.Zero };
        return new TerraformRunner(options, TimeProvider.System).ApplyAsync(
            request,
            what =>
            {
                lines.Add(what.ToString());
                return ValueTask.CompletedTask;
            },
            Token,
            Token);
    }

    private Process StartHost(StateBucket bucket)
    {
        var request = Requests.In(directory.Path, Module);
        var program = Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.TerraformHost.dll");
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        string[] arguments = [program, request.WorkspaceDirectory, request.ModuleDirectory, "terraform", "5", bucket.Name, bucket.Key, "operation", "1"];
        ProcessStartInfo start = new(dotnet, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in bucket.Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(Process host, string text)
    {
        while (await host.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"The host ended without saying '{text}'.");
    }
}
