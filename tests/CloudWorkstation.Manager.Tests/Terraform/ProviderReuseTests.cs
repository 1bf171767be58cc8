using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Providers;
using CloudWorkstation.Manager.Terraform.Running;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>A provider that is kept for the runs that follow: the same results as without it, and never in the way.</summary>
public sealed class ProviderReuseTests(SharedMoto moto) : IDisposable
{
    private const string Module =
        """
        terraform {
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "5.100.0"
            }
          }
        }
        provider "aws" {}
        variable "name" {}
        variable "secret" {
          type      = string
          ephemeral = true
        }
        resource "aws_ssm_parameter" "one" {
          name             = "/reuse/${var.name}"
          type             = "SecureString"
          value_wo         = var.secret
          value_wo_version = 1
          tags             = { name = var.name }
        }
        resource "aws_ecs_task_definition" "two" {
          family                = var.name
          container_definitions = jsonencode([{ name = "x", image = "y", memory = 8, essential = true }])
        }
        data "aws_region" "here" {}
        output "name" { value = aws_ssm_parameter.one.name }
        output "region" { value = data.aws_region.here.name }
        """;

    private readonly TemporaryDirectory directory = new();
    private readonly List<string> lines = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Results_are_equal_with_a_provider_that_was_kept_and_with_one_of_terraforms_own()
    {
        using var kept = Runner(reuse: true);
        using var own = Runner(reuse: false);
        List<string> states = [];
        foreach (var (runner, name) in new[] { (kept, "a"), (kept, "b"), (own, "c") })
        {
            using var bucket = await StateBucket.CreateAsync(moto);
            var request = Request(bucket, name);

            var applied = await runner.ApplyAsync(request, ReportAsync, Token, Token);
            var again = await runner.PlanAsync(request, ReportAsync, Token, Token);

            applied.Succeeded.ShouldBeTrue(Log);
            applied.Outputs["name"].GetString().ShouldBe($"/reuse/{name}");
            applied.Outputs["region"].GetString().ShouldBe("eu-central-1");
            again.Outcome.Succeeded.ShouldBeTrue(Log);
            again.Changes.ShouldBeEmpty();
            states.Add(Comparable((await bucket.ReadAsync(bucket.Key))!, name));
            (await runner.DestroyAsync(request, ReportAsync, Token, Token)).Succeeded.ShouldBeTrue(Log);
        }

        states[1].ShouldBe(states[0]);
        states[2].ShouldBe(states[0]);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_kept_provider_serves_the_next_run_and_ends_with_the_runner()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        List<int> seen = [];
        using (var runner = Runner(reuse: true))
        {
            foreach (var name in new[] { "first", "second" })
            {
                (await runner.ApplyAsync(Request(bucket, name), ReportAsync, Token, Token)).Succeeded.ShouldBeTrue(Log);
                seen.AddRange(OurProviders());
            }
        }

        seen.Count.ShouldBe(2);
        seen[1].ShouldBe(seen[0]);
        await Processes.WaitUntilGoneAsync(seen[0], Token);
    }

    [Fact(Timeout = 180_000)]
    public async Task Two_runs_at_once_never_share_a_provider()
    {
        using var one = await StateBucket.CreateAsync(moto);
        using var two = await StateBucket.CreateAsync(moto);
        using var runner = Runner(reuse: true);

        var outcomes = await Task.WhenAll(
            runner.ApplyAsync(Request(one, "left"), ReportAsync, Token, Token), runner.ApplyAsync(Request(two, "right"), ReportAsync, Token, Token));

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        OurProviders().Count.ShouldBe(2);
    }

    [Fact(Timeout = 180_000)]
    public async Task Other_credentials_get_another_provider()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        using var runner = Runner(reuse: true);
        (await runner.ApplyAsync(Request(bucket, "mine"), ReportAsync, Token, Token)).Succeeded.ShouldBeTrue(Log);
        bucket.Environment["AWS_ACCESS_KEY_ID"] = "another";

        (await runner.ApplyAsync(Request(bucket, "mine"), ReportAsync, Token, Token)).Succeeded.ShouldBeTrue(Log);

        OurProviders().Count.ShouldBe(2);
    }

    [Fact(Timeout = 180_000)]
    public async Task When_the_kept_provider_dies_the_run_goes_on_without_it()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        using var runner = Runner(reuse: true);
        (await runner.ApplyAsync(Request(bucket, "before"), ReportAsync, Token, Token)).Succeeded.ShouldBeTrue(Log);

        // It dies as soon as the next run is attached to it.
        var killed = false;
        var outcome = await runner.ApplyAsync(
            Request(bucket, "after"),
            what =>
            {
                if (!killed && what is TerraformEvent.StageStarted { Stage: TerraformStage.Apply })
                {
                    killed = true;
                    OurProviders().ForEach(Kill);
                }

                return ReportAsync(what);
            },
            Token,
            Token);

        outcome.Succeeded.ShouldBeTrue(Log);
        Log.ShouldContain("Terraform starts its own");
    }

    [Fact(Timeout = 180_000)]
    public async Task After_a_run_that_failed_the_provider_is_not_used_again()
    {
        using var bucket = await StateBucket.CreateAsync(moto);
        using var runner = Runner(reuse: true);

        (await runner.ApplyAsync(Request(bucket, "bad name!"), ReportAsync, Token, Token)).Succeeded.ShouldBeFalse();

        await Until(() => OurProviders().Count == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_provider_of_another_content_than_the_lock_file_says_is_not_started()
    {
        await Task.Yield();
        var mirror = Directory.CreateDirectory(Path.Combine(directory.Path, "mirror")).FullName;
        var package = Directory.CreateDirectory(Path.Combine(mirror, "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64")).FullName;
        await File.WriteAllTextAsync(Path.Combine(package, "terraform-provider-aws_v5.100.0"), "not it", Token);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, ".terraform.lock.hcl"), LockFile("h1:AAAA"), Token);

        ProviderPackage.Find(new(mirror), directory.Path).ShouldBeNull();

        // printf of the file's hash, two spaces, its name, hashed and base64, as Terraform does it.
        await File.WriteAllTextAsync(Path.Combine(directory.Path, ".terraform.lock.hcl"), LockFile("h1:" + Expected(package)), Token);
        ProviderPackage.Find(new(mirror), directory.Path)!.Binary.ShouldEndWith("terraform-provider-aws_v5.100.0");
    }

    [Fact(Timeout = 60_000)]
    public async Task Runs_that_do_not_fit_into_the_memory_wait_their_turn()
    {
        using MemoryGate gate = new(megabytesPerRun: 400, memory: 1100L * 1024 * 1024);
        gate.Most.ShouldBe(2);
        var first = await gate.EnterAsync(Token);
        using var second = await gate.EnterAsync(Token);
        var third = gate.EnterAsync(Token);
        third.IsCompleted.ShouldBeFalse();

        first.Dispose();

        (await third).Dispose();
    }

    public void Dispose() => directory.Dispose();

    private string Log
    {
        get
        {
            lock (lines)
                return string.Join('\n', lines);
        }
    }

    private ValueTask ReportAsync(TerraformEvent what)
    {
        lock (lines)
            lines.Add(what.ToString());
        return ValueTask.CompletedTask;
    }

    // A value of its own, by which this test's processes are told from everybody else's.
    private readonly string mark = Guid.NewGuid().ToString("n");

    private TerraformRequest Request(StateBucket bucket, string name)
    {
        var request = Requests.In(Directory.CreateDirectory(Path.Combine(directory.Path, name)).FullName, Module);
        File.WriteAllText(Path.Combine(request.ModuleDirectory, ".terraform.lock.hcl"), LockFile("h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0="));
        bucket.Environment["TZ"] = mark;
        return bucket.Hold(request) with
        {
            Variables = new JsonObject { ["name"] = name },
            SecretVariables = new Dictionary<string, string> { ["secret"] = "hunter22" },
        };
    }

    private static TerraformRunner Runner(bool reuse)
    {
        Assert.SkipWhen(TerraformMirror.Directory is null, "There is no mirror of providers on this machine.");
        return new(new TerraformOptions { Mirror = TerraformMirror.Directory, ReuseProvider = reuse }, TimeProvider.System);
    }

    private List<int> OurProviders() => [.. Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => int.TryParse(name, out _)).Select(int.Parse).Where(IsOurs)];

    private bool IsOurs(int process)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{process}/cmdline");
            return command.Contains("terraform-provider-aws", StringComparison.Ordinal) && command.EndsWith("-debug\0", StringComparison.Ordinal) && !command.StartsWith("/bin/sh", StringComparison.Ordinal)
                && File.ReadAllText($"/proc/{process}/environ").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int process)
    {
        using var found = System.Diagnostics.Process.GetProcessById(process);
        found.Kill();
        found.WaitForExit();
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(50, Token);
    }

    private static string Comparable(string state, string name)
    {
        var parsed = JsonNode.Parse(state)!;
        parsed["lineage"] = "";
        // Terraform writes these in any order.
        foreach (var instance in parsed["resources"]!.AsArray().SelectMany(resource => resource!["instances"]!.AsArray()))
            instance!["sensitive_attributes"] = new JsonArray([.. instance["sensitive_attributes"]!.AsArray().Select(path => path!.DeepClone()).OrderBy(path => path.ToJsonString(), StringComparer.Ordinal)]);
        return Regex.Replace(parsed.ToJsonString(), $"\\b{name}\\b", "NAME", RegexOptions.None, TimeSpan.FromSeconds(5));
    }

    private static string LockFile(string hash) =>
        $$"""
        provider "registry.terraform.io/hashicorp/aws" {
          version     = "5.100.0"
          constraints = "5.100.0"
          hashes = [
            "{{hash}}",
          ]
        }

        """;

    private static string Expected(string package)
    {
        var file = Directory.GetFiles(package).Single();
        var line = $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}  {Path.GetFileName(file)}\n";
        return Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line)));
    }
}
