using System.Diagnostics;
using CloudWorkstation.FakeTerraform;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>A worker that dies by kill -9 in the middle of an apply.</summary>
public sealed class OrphanTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Theory(Timeout = 90_000)]
    [InlineData("Hang")]
    [InlineData("IgnoreInterrupt")]
    public async Task Terraform_ends_when_its_worker_is_killed(string behaviour)
    {
        var fake = FakeTerraformInstallation.Create(directory.File("fake"), new FakeScript { Steps = [new("apply", behaviour)] });
        using var host = StartHost(fake.Binary);
        await ReadUntilAsync(host, "Hanging");
        var terraform = int.Parse(fake.Calls[^1].Split(' ')[0]);
        Processes.IsAlive(terraform).ShouldBeTrue();

        host.Kill();

        await Processes.WaitUntilGoneAsync(terraform, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 90_000)]
    public async Task A_real_terraform_still_writes_its_state_when_its_worker_is_killed()
    {
        const string module = """
            resource "terraform_data" "slow" {
              provisioner "local-exec" {
                command = "trap '' INT; echo begun; sleep 2"
              }
            }
            """;
        using var host = StartHost("terraform", module);
        await ReadUntilAsync(host, "begun");

        host.Kill();

        var state = directory.File("state/terraform.tfstate");
        while (!File.Exists(state) || !(await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken)).Contains("terraform_data", StringComparison.Ordinal))
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    public void Dispose() => directory.Dispose();

    private Process StartHost(string binary, string? module = null)
    {
        var request = module is null ? Requests.In(directory.Path) : Requests.In(directory.Path, module);
        var program = Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.TerraformHost.dll");
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        ProcessStartInfo start = new(dotnet, [program, request.WorkspaceDirectory, request.ModuleDirectory, binary, "10"]) { RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(Process host, string text)
    {
        while (await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"The host ended without saying '{text}'.");
    }
}
