using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>What an employee does with a desktop, through the real router, terraform and VNC server.</summary>
[Collection(RunningProduct.Name)]
public sealed class WholeWayTests(RunningProduct running)
{
    private const int Limit = 180_000;

    private Product Product => running.Product;

    [Fact(Timeout = Limit)]
    public async Task A_desktop_is_created_with_progress_and_shows_what_is_painted_on_it()
    {
        using var person = await Product.EmployeeAsync("painter");
        using var events = await person.EventsAsync();
        var (desktop, operation) = await Desktop.BeginAsync(Product, person);
        await desktop.UntilDoneAsync(operation);

        await events.UntilAsync(item => item.Kind == "operation" && item.Data["progress"]?["resources"]?.AsArray().Count > 0, "progress names a resource");
        await events.UntilAsync(item => item.Kind == "desktop" && item.Data["status"]!.GetValue<string>() == "running", "the desktop is seen running");
        await using var screen = await desktop.ConnectAsync();
        await PaintAsync(desktop, "#12ab34");

        await Eventually.HoldsAsync(async () => await screen.PixelAsync(screen.Width - 1, screen.Height - 1) == (0x12, 0xab, 0x34), "the painted colour is on the screen");
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_typed_over_the_connection_reach_the_terminal()
    {
        using var person = await Product.EmployeeAsync("typist");
        var desktop = await Desktop.CreateAsync(Product, person);
        await using var screen = await desktop.ConnectAsync();

        await Eventually.HoldsAsync(
            async () =>
            {
                await screen.PressAsync("touch ~/typed\n");
                await Task.Delay(500, TestContext.Current.CancellationToken);
                return File.Exists(Path.Combine(desktop.Home, "typed"));
            },
            "the file that was typed exists");
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_stopped_desktop_keeps_its_home_and_starts_again()
    {
        using var person = await Product.EmployeeAsync("keeper");
        var desktop = await Desktop.CreateAsync(Product, person);
        await desktop.RunInsideAsync("touch", "/home/desktop/kept");

        await desktop.ChangeAsync(new { state = "stopped" });
        desktop.Processes().ShouldBeEmpty();
        (await person.PostAsync(desktop.Path + "/connections")).Code.ShouldBe("desktop_not_running");
        await desktop.ChangeAsync(new { state = "running" });

        await desktop.RunInsideAsync("test", "-e", "/home/desktop/kept");
        desktop.VncServers().ShouldHaveSingleItem();
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_deleted_desktop_leaves_nothing()
    {
        using var person = await Product.EmployeeAsync("leaver");
        var desktop = await Desktop.CreateAsync(Product, person);

        await desktop.DeleteAsync();

        desktop.Processes().ShouldBeEmpty();
        foreach (var place in (string[])["desktops", "workspaces", "states"])
            Directory.Exists(Path.Combine(Product.Data.Root, place, desktop.Id)).ShouldBeFalse($"{place}/{desktop.Id}");
        await Eventually.HoldsAsync(() => !RoutesOnDisk().Contains(desktop.Id, StringComparison.Ordinal), "the router has forgotten the desktop");
        (await person.GetAsync("/api/v1/me")).Body["quota"]!.AsArray().ShouldAllBe(quota => quota!["used"]!.GetValue<int>() == 0);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_racing_requests_at_a_quota_of_one_make_one_desktop()
    {
        using var person = await Product.EmployeeAsync("racer");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
            person.PostAsync("/api/v1/desktops", new { template = "local-vnc-minimal", name = $"Number {number}", parameters = new { } })));

        answers.Count(answer => answer.Status == 202).ShouldBe(1);
        answers.Where(answer => answer.Status != 202).ShouldAllBe(answer => answer.Code == "quota_exceeded" && answer.Status == 429);
        var created = answers.Single(answer => answer.Status == 202).Body;
        var desktop = new Desktop(Product, person, created["desktop"]!["id"]!.GetValue<string>());
        await desktop.UntilDoneAsync(created["operation"]!["id"]!.GetValue<string>());
        (await person.GetAsync("/api/v1/desktops")).Body["items"]!.AsArray().Count.ShouldBe(1);
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_a_desktop_ends_its_open_screen_with_the_reason()
    {
        using var person = await Product.EmployeeAsync("viewer");
        var desktop = await Desktop.CreateAsync(Product, person);
        await using var screen = await desktop.ConnectAsync();

        await desktop.ChangeAsync(new { state = "stopped" });
        await screen.UntilClosedAsync();

        ((int?)screen.CloseStatus, screen.CloseReason).ShouldBe((4001, "stopped"));
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Signing_out_ends_the_open_screen_and_every_request()
    {
        using var person = await Product.EmployeeAsync("signer");
        var desktop = await Desktop.CreateAsync(Product, person);
        await using var screen = await desktop.ConnectAsync();
        var session = person.Cookie("cws_session")!;

        (await person.PostAsync("/auth/sign-out")).Status.ShouldBe(204);
        await screen.UntilClosedAsync();

        ((int?)screen.CloseStatus, screen.CloseReason).ShouldBe((4000, "signed-out"));
        person.SetCookie("/", "cws_session", session);
        await Eventually.HoldsAsync(async () => (await person.GetAsync("/api/v1/me")).Status == 401, "the signed-out token is refused");
    }

    [Fact(Timeout = Limit)]
    public async Task The_secret_of_a_screen_is_in_no_state_log_or_command_line()
    {
        using var person = await Product.EmployeeAsync("secretive");
        var desktop = await Desktop.CreateAsync(Product, person);

        var server = desktop.VncServers().ShouldHaveSingleItem();
        CloudWorkstation.Launcher.Linux.ProcessTable.CommandLine(server).ShouldContain("-PasswordFile");
        foreach (var state in Directory.EnumerateFiles(Path.Combine(Product.Data.Root, "states", desktop.Id), "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken)).ShouldNotContain("vnc_password");
        await desktop.DeleteAsync();
    }

    private static Task PaintAsync(Desktop desktop, string colour) => desktop.RunInsideAsync("sh", "-c", $"pkill xterm; xsetroot -solid '{colour}'; while pkill xterm; do sleep 0.1; done; true");

    private string RoutesOnDisk() => string.Concat(Directory.EnumerateFiles(Path.Combine(Product.Data.Router, "maps"), "*.map").Select(File.ReadAllText));
}
