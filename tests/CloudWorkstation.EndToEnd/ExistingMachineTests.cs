using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using CloudWorkstation.Guacd;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>A product with a guacd, and something that listens on this machine where an SSH server would.</summary>
public sealed class ProductWithGuacd : IAsyncLifetime
{
    private readonly TcpListener _machine = new(IPAddress.Loopback, 0);

    public ScriptedGuacd Guacd { get; private set; } = null!;

    public Product Product { get; private set; } = null!;

    public int MachinePort => ((IPEndPoint)_machine.LocalEndpoint).Port;

    public async ValueTask InitializeAsync()
    {
        _machine.Start();
        Guacd = await ScriptedGuacd.StartAsync();
        Product = await Product.StartAsync(
            new Dictionary<string, string> { ["CWS_PLATFORM"] = """{"existing": {"networks": ["127.0.0.1/32"]}}""" }, arguments: ["--guacd", Guacd.Address]);
    }

    public async ValueTask DisposeAsync()
    {
        await (Product?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Guacd?.DisposeAsync() ?? ValueTask.CompletedTask);
        _machine.Dispose();
    }
}

/// <summary>The templates of machines that are there already, from the form's answers to what guacd is told.</summary>
public sealed class ExistingMachineTests(ProductWithGuacd running) : IClassFixture<ProductWithGuacd>
{
    private const int Limit = 180_000;
    private const string HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleQ==";

    [Fact(Timeout = Limit)]
    public async Task A_terminal_is_asked_of_guacd_with_what_was_chosen_and_without_a_password()
    {
        using var person = await running.Product.EmployeeAsync("operator");
        var parameters = new { address = "127.0.0.1", port = running.MachinePort, user = "ada", host_key = HostKey };
        var desktop = await CreateAsync(person, "existing-ssh", parameters);

        var guacd = await OpenAsync(person, desktop);

        guacd.Selected.ShouldBe("ssh");
        guacd.Values["hostname"].ShouldBe("127.0.0.1");
        guacd.Values["port"].ShouldBe(running.MachinePort.ToString(CultureInfo.InvariantCulture));
        guacd.Values["username"].ShouldBe("ada");
        guacd.Values["host-key"].ShouldBe($"127.0.0.1 {HostKey}");
        guacd.Values["enable-sftp"].ShouldBe("true");
        (guacd.Values["password"], guacd.Values["private-key"], guacd.Values["command"]).ShouldBe(("", "", ""));
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_screen_over_RDP_is_asked_of_guacd_with_what_was_chosen_and_without_a_password()
    {
        using var person = await running.Product.EmployeeAsync("clerk");
        var desktop = await CreateAsync(person, "existing-rdp", new { address = "127.0.0.1", port = running.MachinePort, domain = "OFFICE", any_certificate = true });

        var guacd = await OpenAsync(person, desktop);

        guacd.Selected.ShouldBe("rdp");
        guacd.Values["port"].ShouldBe(running.MachinePort.ToString(CultureInfo.InvariantCulture));
        (guacd.Values["domain"], guacd.Values["ignore-cert"], guacd.Values["resize-method"]).ShouldBe(("OFFICE", "true", "display-update"));
        (guacd.Values["username"], guacd.Values["password"]).ShouldBe(("", ""));
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_machine_that_the_installation_does_not_name_is_not_reached()
    {
        using var person = await running.Product.EmployeeAsync("curious");
        var answer = await person.PostAsync("/api/v1/desktops", new { template = "existing-ssh", name = "Metadata", parameters = new { address = "169.254.169.254", port = 80 } });
        answer.Status.ShouldBe(202, answer.ToString());
        var desktop = new Desktop(running.Product, person, answer.Body["desktop"]!["id"]!.GetValue<string>());

        var ended = await desktop.EndOfAsync(answer.Body["operation"]!["id"]!.GetValue<string>());

        ended["state"]!.GetValue<string>().ShouldBe("failed");
        ended["failure"]!.ToJsonString().ShouldContain("may not be reached from here");
        await desktop.DeleteAsync();
    }

    private async Task<Desktop> CreateAsync(Person person, string template, object parameters)
    {
        var answer = await person.PostAsync("/api/v1/desktops", new { template, name = "A machine", parameters });
        answer.Status.ShouldBe(202, answer.ToString());
        var desktop = new Desktop(running.Product, person, answer.Body["desktop"]!["id"]!.GetValue<string>());
        await desktop.UntilDoneAsync(answer.Body["operation"]!["id"]!.GetValue<string>());
        return desktop;
    }

    /// <summary>Opens the screen as the page does, up to the tunnel's greeting: then guacd has been told everything.</summary>
    private async Task<Handshake> OpenAsync(Person person, Desktop desktop)
    {
        var before = running.Guacd.Users.Count;
        var granted = await person.PostAsync(desktop.Path + "/connections");
        granted.Status.ShouldBe(201, granted.ToString());
        var path = granted.Body["url"]!.GetValue<string>();
        path.ShouldEndWith("/guacamole");
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.AddSubProtocol("guacamole");
        socket.Options.SetRequestHeader("Cookie", person.CookiesFor(path));
        socket.Options.SetRequestHeader("Origin", person.Url);
        await socket.ConnectAsync(new Uri(person.Url.Replace("http:", "ws:", StringComparison.Ordinal) + path), TestContext.Current.CancellationToken);
        (await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken)).MessageType.ShouldBe(WebSocketMessageType.Text);
        return (await running.Guacd.UserAsync(before)).Handshake;
    }
}
