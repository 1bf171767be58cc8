using System.Diagnostics;
using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Harness;

/// <summary>A desktop in the hands of its owner, with a way to its inside that a real user would not have.</summary>
public sealed class Desktop(DataDirectory data, Person owner, string id)
{
    public Desktop(Product product, Person owner, string id)
        : this(product.Data, owner, id)
    {
    }

    /// <value>Machines in a cloud take their time, and so does Terraform on a busy machine.</value>
    private static readonly TimeSpan OperationLimit = TimeSpan.FromMinutes(3);

    public string Id => id;

    public string Path => $"/api/v1/desktops/{id}";

    public string Directory => System.IO.Path.Combine(data.Root, "desktops", id);

    public string Home => System.IO.Path.Combine(Directory, "home");

    /// <summary>Asks for a desktop and does not wait for it.</summary>
    public static Task<(Desktop Desktop, string Operation)> BeginAsync(Product product, Person owner, string template = "local-vnc-minimal", string name = "My desktop") =>
        BeginAsync(product.Data, owner, template, name);

    /// <summary>The same where no launcher started the product.</summary>
    public static async Task<(Desktop Desktop, string Operation)> BeginAsync(DataDirectory data, Person owner, string template = "local-vnc-minimal", string name = "My desktop")
    {
        var answer = await owner.PostAsync("/api/v1/desktops", new { template, name, parameters = new { } });
        answer.Status.ShouldBe(202, answer.ToString());
        return (new Desktop(data, owner, answer.Body["desktop"]!["id"]!.GetValue<string>()), answer.Body["operation"]!["id"]!.GetValue<string>());
    }

    public static async Task<Desktop> CreateAsync(Product product, Person owner, string template = "local-vnc-minimal")
    {
        var (desktop, operation) = await BeginAsync(product, owner, template);
        await desktop.UntilDoneAsync(operation);
        return desktop;
    }

    public async Task<JsonNode> GetAsync() => (await owner.GetAsync(Path)).Body;

    public async Task UntilStatusAsync(string status)
    {
        var last = "";
        await Eventually.HoldsAsync(async () => (last = (await GetAsync())["status"]?.GetValue<string>() ?? "") == status, $"desktop {id} is {status}, it is {last}");
    }

    /// <summary>Waits for the end of an operation and expects success; the failure's message otherwise.</summary>
    public async Task UntilDoneAsync(string operation)
    {
        var ended = await EndOfAsync(operation);
        ended["state"]!.GetValue<string>().ShouldBe("succeeded", ended.ToJsonString());
    }

    public async Task<JsonNode> EndOfAsync(string operation)
    {
        JsonNode last = new JsonObject();
        await Eventually.HoldsAsync(
            async () => (last = (await owner.GetAsync($"/api/v1/operations/{operation}")).Body)["state"]?.GetValue<string>() is "succeeded" or "failed" or "cancelled",
            $"operation {operation} has ended",
            OperationLimit);
        return last;
    }

    public async Task ChangeAsync(object change)
    {
        var answer = await owner.PatchAsync(Path, change);
        answer.Status.ShouldBe(202, answer.ToString());
        await UntilDoneAsync(answer.Body["operation"]!["id"]!.GetValue<string>());
    }

    public async Task DeleteAsync()
    {
        var answer = await owner.DeleteAsync(Path);
        answer.Status.ShouldBe(202, answer.ToString());
        await Eventually.HoldsAsync(async () => (await owner.GetAsync(Path)).Status == 404, $"desktop {id} is gone", OperationLimit);
    }

    /// <summary>Whether it can be connected to at this moment, and shows something.</summary>
    public async Task<bool> CanConnectAsync()
    {
        try
        {
            await using var screen = await ConnectAsync();
            return screen.Width > 0;
        }
        catch (Exception notYet) when (notYet is ShouldAssertException or System.Net.WebSockets.WebSocketException or InvalidOperationException or HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Connects as the desktop's page does: a connection, then the WebSocket with its cookie.</summary>
    public async Task<Screen> ConnectAsync()
    {
        var answer = await owner.PostAsync(Path + "/connections");
        answer.Status.ShouldBe(201, answer.ToString());
        return await Screen.OpenAsync(owner, answer.Body["url"]!.GetValue<string>());
    }

    /// <summary>Runs a command inside the desktop, on its screen.</summary>
    public async Task RunInsideAsync(params string[] command)
    {
        var enter = System.IO.Path.Combine(Checkout.Find().Root, "terraform/modules/local-session/host/enter.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [enter, Directory, .. command]) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, error);
    }

    /// <summary>As long as this is held, Terraform's apply waits before it starts the screen: by the lock with which the template's scripts keep each other out.</summary>
    public IDisposable HoldScreenBack()
    {
        System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return File.Open(System.IO.Path.Combine(Directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Waits until an apply has done everything but start the screen.</summary>
    public Task UntilScreenIsNextAsync() => Eventually.HoldsAsync(() => File.Exists(System.IO.Path.Combine(Directory, "run", "passwd")), $"the screen of desktop {id} is next");

    /// <summary>
    /// Every VNC server that has to do with this desktop: by its mark, by its home outside a sandbox, or by the port that the desktop's session noted.
    /// A second one that had lost its mark would be found by the others.
    /// </summary>
    public IReadOnlyList<int> VncServers()
    {
        var portFile = System.IO.Path.Combine(Directory, "run", "port");
        var port = File.Exists(portFile) ? $" -rfbport {File.ReadAllText(portFile).Trim()} " : null;
        return [.. ProcessTable.All().Where(process => ProcessTable.Name(process) == "Xtigervnc" && IsOurs(process, port))];
    }

    public IReadOnlyList<int> Processes() => [.. ProcessTable.All().Where(process => ProcessTable.EnvironmentVariable(process, "CWS_DESKTOP") == id)];

    private bool IsOurs(int process, string? port) =>
        ProcessTable.EnvironmentVariable(process, "CWS_DESKTOP") == id
        || ProcessTable.EnvironmentVariable(process, "HOME") == Home
        || (port is not null && ProcessTable.CommandLine(process).Contains(port, StringComparison.Ordinal))
        || ProcessTable.CommandLine(process).Contains(Directory, StringComparison.Ordinal);
}
