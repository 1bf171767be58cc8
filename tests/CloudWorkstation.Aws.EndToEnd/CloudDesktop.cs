using System.Diagnostics;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>A desktop on a machine of the cloud, with what a test may do that its owner may not.</summary>
public sealed class CloudDesktop(Product product, Person owner, Account account, Desktop desktop)
{
    public string Id => desktop.Id;

    public Desktop Desktop => desktop;

    public static async Task<(CloudDesktop Desktop, string Operation)> BeginAsync(Product product, Person owner, Account account, object? parameters = null)
    {
        var answer = await owner.PostAsync("/api/v1/desktops", new { template = "aws-vnc", name = "In the cloud", parameters = parameters ?? new { } });
        answer.Status.ShouldBe(202, answer.ToString());
        var desktop = new Desktop(product, owner, answer.Body["desktop"]!["id"]!.GetValue<string>());
        return (new CloudDesktop(product, owner, account, desktop), answer.Body["operation"]!["id"]!.GetValue<string>());
    }

    public static async Task<CloudDesktop> CreateAsync(Product product, Person owner, Account account, object? parameters = null)
    {
        var (desktop, operation) = await BeginAsync(product, owner, account, parameters);
        await desktop.Desktop.UntilDoneAsync(operation);
        return desktop;
    }

    /// <summary>The instance that stands for it: there is one and no other.</summary>
    public async Task<string> InstanceAsync() => (await account.InstancesAsync(Id)).ShouldHaveSingleItem().Id;

    /// <summary>Where the machine's disk is on this machine.</summary>
    public async Task<string> HomeAsync() => Path.Combine(product.Data.Root, "machines", await InstanceAsync(), "home");

    /// <summary>Fills the screen with a colour, from inside the machine.</summary>
    public async Task PaintAsync(string colour)
    {
        var run = Path.Combine(product.Data.Root, "machines", await InstanceAsync(), "run");
        var start = new ProcessStartInfo("xsetroot", ["-solid", colour]) { UseShellExecute = false };
        start.Environment["DISPLAY"] = (await File.ReadAllTextAsync(Path.Combine(run, "display"))).Trim();
        start.Environment["XAUTHORITY"] = Path.Combine(run, "Xauthority");
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>Opens the screen through the router, as a browser would, and looks whether it is this machine's.</summary>
    public async Task ShowsWhatIsPaintedAsync(string colour, (byte Red, byte Green, byte Blue) seen)
    {
        await using var screen = await desktop.ConnectAsync();
        await PaintAsync(colour);
        await Eventually.HoldsAsync(async () => await screen.PixelAsync(screen.Width - 1, screen.Height - 1) == seen, "the painted colour is on the screen");
    }

    public async Task<JsonNode> EndOfAsync(Answer answered)
    {
        answered.Status.ShouldBe(202, answered.ToString());
        return await desktop.EndOfAsync(answered.Body["operation"]!["id"]!.GetValue<string>());
    }

    /// <summary>Waits until the desktop shows that something is wrong with an operation, and returns what.</summary>
    public async Task<JsonNode> FailureOfAsync(string operation)
    {
        JsonNode seen = new JsonObject();
        await Eventually.HoldsAsync(
            async () => (seen = (await owner.GetAsync($"/api/v1/operations/{operation}")).Body)["failure"] is not null || seen["state"]?.GetValue<string>() == "succeeded",
            $"operation {operation} shows a failure");
        return seen["failure"].ShouldNotBeNull(seen.ToJsonString());
    }
}
