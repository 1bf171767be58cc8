using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>An installation without a guacd, with a template that needs one.</summary>
public sealed class HostWithoutGuacd : ApiHost
{
    private const string Module = """
        variable "desktop" { type = object({ id = string }) }
        variable "power" { type = string }
        output "connection" { value = { host = "127.0.0.1", port = 22 } }
        """;

    public HostWithoutGuacd()
    {
        var terminal = Directory.CreateDirectory(Path.Combine(Data, "offered", "terminal")).FullName;
        File.WriteAllText(Path.Combine(terminal, "main.tf"), Module);
        File.WriteAllText(Path.Combine(terminal, "template.yaml"), "name: terminal\ntitle: A terminal\nprotocol: ssh\nsign_in: person\n");
    }
}

public sealed class EngineTests(HostWithoutGuacd host) : IClassFixture<HostWithoutGuacd>
{
    [Fact(Timeout = 60_000)]
    public async Task A_template_that_no_engine_here_can_show_says_so_before_anybody_picks_it()
    {
        var user = await host.NewUserAsync();

        var offered = (await (await user.Client.GetAsync("/api/v1/templates")).ShouldBeAsync(200))["items"]!.AsArray();

        var terminal = offered.Single(t => t!.Text("name") == "terminal")!;
        terminal.Text("unavailable").ShouldContain("--guacd");
        terminal["personSignsIn"]!.GetValue<bool>().ShouldBeTrue();
        offered.Single(t => t!.Text("name") == "plain")!["unavailable"].ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task No_desktop_is_made_that_nobody_could_look_at()
    {
        var user = await host.NewUserAsync();

        var answer = await user.Client.PostAsJsonAsync("/api/v1/desktops", new { template = "terminal", name = "Mine" });

        await answer.ShouldBeProblemAsync(409, "engine_unavailable");
        (await (await user.Client.GetAsync("/api/v1/desktops")).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty();
    }
}
