using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>The whole manager as the api composes it: real Terraform, the real local template, a real VNC server, real Quartz.</summary>
public sealed class RealTerraformTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 180_000)]
    public async Task A_desktop_is_built_stopped_started_repaired_and_removed_without_a_trace()
    {
        using var directory = new TemporaryDirectory();
        using var host = await StartAsync(directory.Path);
        var desktops = host.Services.GetRequiredService<IDesktopService>();
        var actor = new Actor("acc-real", "real", ["user"], []);
        var created = (await desktops.CreateAsync(actor, new CreateDesktop("local-vnc-minimal", "Real", new Dictionary<string, JsonElement>()), None)).Value;
        var id = created.Desktop.Desktop.Id;

        try
        {
            (await EndAsync(host, actor, created.Operation!)).State.ShouldBe(OperationState.Succeeded);
            foreach (var (power, status) in new[] { (Power.Off, DesktopStatus.Stopped), (Power.On, DesktopStatus.Running), (Power.On, DesktopStatus.Running) })
            {
                var changed = (await desktops.ChangeAsync(actor, id, new ChangeDesktop { Power = power }, None)).Value;
                (await EndAsync(host, actor, changed.Operation!)).State.ShouldBe(OperationState.Succeeded);
                (await desktops.GetAsync(actor, id, None)).Value.Desktop.Status.ShouldBe(status);
            }
        }
        finally
        {
            var delete = (await desktops.DeleteAsync(actor, id, null, None)).Value;
            (await EndAsync(host, actor, delete.Operation!)).State.ShouldBe(OperationState.Succeeded);
        }

        foreach (var part in new[] { "states", "workspaces", "desktops" })
        {
            Directory.Exists(directory.File($"{part}/{id}")).ShouldBeFalse();
        }

        await host.StopAsync(None);
    }

    private static async Task<Operation> EndAsync(IHost host, Actor actor, Operation operation)
    {
        var operations = host.Services.GetRequiredService<IOperationService>();
        var deadline = DateTime.UtcNow.AddSeconds(60);
        var current = operation;
        while (current.IsActive)
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"{operation.Kind} did not end: {current.Progress.Message}");
            await Task.Delay(50, None);
            current = (await operations.GetAsync(actor, operation.Id, None)).Value;
        }

        return current;
    }

    private static async Task<IHost> StartAsync(string data)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Data"] = data, ["Templates"] = Templates() });
        builder.Services.AddManager(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync(None);
        return host;
    }

    private static string Templates()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "CloudWorkstation.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "terraform", "templates");
    }
}
