using System.Diagnostics;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>The templates of this repository with real Terraform and real VNC servers.</summary>
public sealed class LocalVncTests : IAsyncLifetime
{
    private readonly LocalDesktop desktop = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => desktop.DisposeAsync();

    [Fact(Timeout = 120_000)]
    public async Task An_applied_desktop_serves_its_screen_to_who_knows_the_password()
    {
        var port = await desktop.ApplyAsync();

        (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
        (await RfbProbe.SignInAsync(port, "wrong", Cancelled)).ShouldBeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task Applying_again_leaves_the_processes_alone()
    {
        await desktop.ApplyAsync();
        var before = desktop.Screens;

        await desktop.ApplyAsync();

        before.Count.ShouldBe(1);
        desktop.Screens.ShouldBe(before);
    }

    [Fact(Timeout = 120_000)]
    public async Task Stopping_ends_the_processes_and_starting_again_finds_the_home()
    {
        await desktop.ApplyAsync();
        await File.WriteAllTextAsync(Path.Combine(desktop.Home, "letter"), "dear", Cancelled);

        await desktop.ApplyAsync("off");
        desktop.AllProcesses.ShouldBeEmpty();
        await desktop.ApplyAsync();

        desktop.Screens.Count.ShouldBe(1);
        (await File.ReadAllTextAsync(Path.Combine(desktop.Home, "letter"), Cancelled)).ShouldBe("dear");
    }

    [Fact(Timeout = 120_000)]
    public async Task Destroying_leaves_no_process_and_no_directory()
    {
        await desktop.ApplyAsync();

        (await desktop.DestroyAsync()).Succeeded.ShouldBeTrue();

        desktop.AllProcesses.ShouldBeEmpty();
        Directory.Exists(desktop.Directory).ShouldBeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task Destroying_after_the_processes_died_works_too()
    {
        await desktop.ApplyAsync();
        await KillScreenAsync();

        (await desktop.DestroyAsync()).Succeeded.ShouldBeTrue();

        Directory.Exists(desktop.Directory).ShouldBeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_password_is_in_no_state_workspace_argument_or_line()
    {
        await desktop.ApplyAsync();

        foreach (var file in Directory.EnumerateFiles(desktop.Root, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file, Cancelled)).ShouldNotContain(LocalDesktop.Password, customMessage: file);
        Processes.CommandLines().ShouldNotContain(LocalDesktop.Password);
        desktop.Events.OfType<TerraformEvent.Line>().ShouldNotContain(line => line.Text.Contains(LocalDesktop.Password, StringComparison.Ordinal));
        Processes.With($"TF_VAR_vnc_password={LocalDesktop.Password}").ShouldBeEmpty();
        Processes.With($"VNC_PASSWORD={LocalDesktop.Password}").ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_screen_that_died_is_rebuilt_by_the_next_apply_once()
    {
        await desktop.ApplyAsync();
        await KillScreenAsync();

        var port = await desktop.ApplyAsync();
        var rebuilt = desktop.Screens;
        await desktop.ApplyAsync();

        (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
        rebuilt.Count.ShouldBe(1);
        desktop.Screens.ShouldBe(rebuilt);
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_size_replaces_the_session_and_keeps_the_home()
    {
        await desktop.ApplyAsync();
        await File.WriteAllTextAsync(Path.Combine(desktop.Home, "letter"), "dear", Cancelled);
        desktop.Geometry = "1600x900";

        var plan = await desktop.PlanAsync();
        await desktop.ApplyAsync();

        plan.Outcome.Succeeded.ShouldBeTrue(plan.Outcome.Message);
        var change = plan.Changes.ShouldHaveSingleItem();
        change.Destroys.ShouldBeTrue();
        change.ReplacedBecauseOf.ShouldContain("triggers_replace");
        desktop.Template.IsPersistent(change.Address).ShouldBeFalse();
        desktop.Screens.Count.ShouldBe(1);
        File.Exists(Path.Combine(desktop.Home, "letter")).ShouldBeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_plan_touches_neither_workspace_nor_processes()
    {
        await desktop.ApplyAsync();
        var before = desktop.Screens;
        var workspaces = Directory.GetFileSystemEntries(Path.Combine(desktop.Root, "workspaces"));
        desktop.Geometry = "1600x900";

        await desktop.PlanAsync();

        desktop.Screens.ShouldBe(before);
        Directory.GetFileSystemEntries(Path.Combine(desktop.Root, "workspaces")).ShouldBe(workspaces);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("home: Creating")]
    [InlineData("screen[0]: Provisioning")]
    [InlineData("(output suppressed")]
    public async Task After_kill_9_of_terraform_the_next_apply_ends_with_exactly_one_screen(string moment)
    {
        var killed = await desktop.TryApplyAsync("on", what =>
        {
            if (what is TerraformEvent.Line line && line.Text.Contains(moment, StringComparison.Ordinal))
                KillTerraform();
            return ValueTask.CompletedTask;
        });

        killed.ExitCode.ShouldBe(137);
        var port = await desktop.ApplyAsync();

        (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
        desktop.Screens.Count.ShouldBe(1);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_desktop_sees_its_home_and_neither_our_data_nor_the_systems_secrets()
    {
        await desktop.ApplyAsync();
        await File.WriteAllTextAsync(Path.Combine(desktop.Home, "mine"), "", Cancelled);

        var seen = await EnterAsync("ls -a ~ / /root /etc/ssl; cat /etc/shadow; ls " + desktop.Root + "; id -u; ps -e | wc -l");

        seen.ShouldContain("mine");
        seen.ShouldContain("\n1000\n");
        seen.ShouldNotContain("workspaces");
        seen.ShouldNotContain("private");
        seen.ShouldNotContain("root:*");
    }

    [Fact(Timeout = 120_000)]
    public async Task No_program_of_the_desktop_takes_more_than_its_share()
    {
        await desktop.ApplyAsync();
        var screen = "/proc/" + desktop.Screens.ShouldHaveSingleItem();
        var limits = (await File.ReadAllLinesAsync(screen + "/limits", Cancelled)).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();

        limits.ShouldContain("Max data size 4294967296 4294967296 bytes");
        limits.ShouldContain("Max processes 2048 2048 processes");
        (await File.ReadAllTextAsync(screen + "/oom_score_adj", Cancelled)).Trim().ShouldBe("500");
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_no_sandbox_can_be_made_the_desktop_works_with_a_warning()
    {
        desktop.WithoutSandbox();

        var port = await desktop.ApplyAsync();
        (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
        desktop.Events.OfType<TerraformEvent.Line>().ShouldContain(line => line.Text.Contains("no sandbox on this machine", StringComparison.Ordinal));
        await desktop.ApplyAsync();
        desktop.Screens.Count.ShouldBe(1);
        await desktop.ApplyAsync("off");

        desktop.AllProcesses.ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_terminal_only_template_serves_a_screen_with_a_terminal()
    {
        await using LocalDesktop minimal = new("local-vnc-minimal");

        var port = await minimal.ApplyAsync();

        (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
        while (Processes.With($"CWS_DESKTOP_DIRECTORY={minimal.Directory}", "xterm").Count == 0)
            await Task.Delay(50, Cancelled);
        Processes.With($"CWS_DESKTOP_DIRECTORY={minimal.Directory}", "tint2").ShouldBeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("local-vnc")]
    [InlineData("local-vnc-minimal")]
    public async Task The_terminal_has_the_focus_however_late_the_window_manager_works(string templateName)
    {
        await using LocalDesktop slow = new(templateName);
        await slow.ApplyAsync("off");
        // The window manager waits for its settings until they are written into this pipe.
        var settings = Path.Combine(slow.Home, ".config", "openbox", "rc.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(settings)!);
        await RunAsync("mkfifo", settings);
        await slow.ApplyAsync();
        await Task.Delay(2000, Cancelled);
        Processes.With($"CWS_DESKTOP_DIRECTORY={slow.Directory}", "xterm").ShouldBeEmpty("a window that is there before the window manager gets no focus");

        await RunAsync("bash", "-c", "cat /etc/xdg/openbox/rc.xml >\"$0\"", settings);

        while (!(await EnterAsync(slow, "xprop -id $(xdotool getwindowfocus) WM_CLASS")).Contains("XTerm", StringComparison.Ordinal))
            await Task.Delay(100, Cancelled);
    }

    [Fact(Timeout = 120_000)]
    public async Task Desktops_that_start_at_the_same_time_get_ports_of_their_own()
    {
        await using LocalDesktop other = new(), third = new("local-vnc-minimal");

        var ports = await Task.WhenAll(desktop.ApplyAsync(), other.ApplyAsync(), third.ApplyAsync());

        ports.Distinct().Count().ShouldBe(3);
        foreach (var port in ports)
            (await RfbProbe.SignInAsync(port, LocalDesktop.Password, Cancelled)).ShouldBeTrue();
    }

    private async Task KillScreenAsync()
    {
        foreach (var pid in desktop.Screens)
            Process.GetProcessById(pid).Kill();
        while (desktop.AllProcesses.Count > 0)
            await Task.Delay(50, Cancelled);
    }

    /// <summary>Terraform alone, by kill -9, so that its provisioners go on without it.</summary>
    private void KillTerraform()
    {
        foreach (var pid in Processes.With($"HOME={desktop.Root}/workspaces/abcdefghijkl/.home", "terraform"))
            Process.GetProcessById(pid).Kill();
    }

    private Task<string> EnterAsync(string command) => EnterAsync(desktop, command);

    private static Task<string> EnterAsync(LocalDesktop desktop, string command) =>
        RunAsync("bash", Path.Combine(LocalDesktop.RepositoryRoot(), "terraform", "modules", "local-session", "host", "enter.sh"), desktop.Directory, "bash", "-c", command);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        return output + await errors;
    }
}
