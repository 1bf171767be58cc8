using System.Diagnostics;
using CloudWorkstation.Manager.Tests.Terraform;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>
/// What a fresh machine is told to do, taken from moto and done here as far as a machine that is no EC2 instance can: the scripts run with
/// a root directory of their own, an <c>aws</c> and a <c>curl</c> that play the cloud, and the real TigerVNC.
/// </summary>
public sealed class MachineTests(BuiltDesktop built) : IClassFixture<BuiltDesktop>, IDisposable
{
    private readonly TemporaryDirectory root = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 200_000)]
    public async Task The_user_data_is_small_and_holds_scripts_that_shells_understand()
    {
        var data = await DataAsync();

        data.Length.ShouldBeLessThan(16 * 1024);
        data.Text.ShouldStartWith("#cloud-config\n");
        data.Commands.ShouldBe(["systemctl daemon-reload", "systemctl enable --now --no-block cws-desktop-setup.service cws-desktop.service"]);
        foreach (var script in data.Files.Keys.Where(path => path.EndsWith(".sh", StringComparison.Ordinal)))
            (await RunAsync("bash", ["-n", root.Path + script])).ExitCode.ShouldBe(0, script);
        data.Files.Keys.ShouldContain("/etc/systemd/system/user-.slice.d/cloudworkstation.conf");
    }

    [Fact(Timeout = 200_000)]
    public async Task The_units_are_as_systemd_wants_them()
    {
        var data = await DataAsync();
        foreach (var unit in data.Files.Keys.Where(path => path.EndsWith(".service", StringComparison.Ordinal)))
        {
            // Other sections' keys and lines that are none are what people get wrong.
            foreach (var line in data.Files[unit].Content.Split('\n').Where(line => line.Length > 0 && line[0] is not ('#' or '[')))
                line.ShouldMatch("^[A-Za-z]+=.+$");
        }

        data.Files["/etc/systemd/system/cws-desktop.service"].Content.ShouldContain("ExecStartPre=+/opt/cloudworkstation/prepare.sh");
        data.Files.Keys.ShouldContain("/opt/cloudworkstation/prepare.sh");
    }

    [Fact(Timeout = 200_000)]
    public async Task The_password_is_waited_for_and_lands_in_a_file_for_its_user_alone()
    {
        await DataAsync();
        Aws("""
            count=$(cat "$CWS_ROOT/asked" 2>/dev/null || echo 0); echo $((count + 1)) >"$CWS_ROOT/asked"
            printf '%s\n' "$*" >>"$CWS_ROOT/arguments"
            if [ "$count" -lt 2 ]; then echo "An error occurred (AccessDeniedException): not authorized" >&2; exit 254; fi
            echo Kq7xWv3Z
            """);

        var (exit, output) = await PrepareAsync();

        exit.ShouldBe(0, output);
        output.ShouldContain("The screen's password cannot be read yet: An error occurred (AccessDeniedException)");
        output.Split("cannot be read yet").Length.ShouldBe(2, "the same refusal is told once");
        (await ReadAsync("arguments")).ShouldContain("--with-decryption");
        output.ShouldNotContain(AwsDesktop.Password);
        File.GetUnixFileMode(root.File("run/cloudworkstation/passwd")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        new FileInfo(root.File("run/cloudworkstation/passwd")).Length.ShouldBe(8);
    }

    [Theory(Timeout = 200_000)]
    [InlineData("1280x720x16", "1280x720x16")]
    [InlineData("$(reboot)", "1920x1080x24")]
    [InlineData("", "1920x1080x24")]
    public async Task The_screen_is_as_the_tag_says_and_as_first_chosen_where_the_tag_says_nothing(string tag, string expected)
    {
        await DataAsync();
        Aws("echo Kq7xWv3Z");
        Program("curl", $"case \"$*\" in *api/token*) echo token;; *) printf '%s' '{tag}';; esac");

        (await PrepareAsync()).ExitCode.ShouldBe(0);

        (await ReadAsync("run/cloudworkstation/screen")).Trim().ShouldBe(expected);
    }

    [Fact(Timeout = 200_000)]
    public async Task The_screen_asks_for_the_password_and_a_second_run_finds_nothing_in_its_way()
    {
        await DataAsync();
        Aws("echo Kq7xWv3Z");
        (await PrepareAsync()).ExitCode.ShouldBe(0);

        for (var run = 0; run < 2; run++)
        {
            var (port, display) = Free();
            using var screen = Start("bash", [root.File("opt/cloudworkstation/screen.sh")], new() { ["CWS_PORT"] = $"{port}", ["CWS_DISPLAY"] = $"{display}" });
            try
            {
                await AnswersAsync(port, screen);
                (await RfbProbe.SignInAsync(port, AwsDesktop.Password, Cancelled)).ShouldBeTrue();
                (await RfbProbe.SignInAsync(port, "wrong", Cancelled)).ShouldBeFalse();
            }
            finally
            {
                // As systemd stops it.
                using var stop = Process.Start("kill", [$"{screen.Id}"]);
                await screen.WaitForExitAsync(Cancelled);
            }
        }
    }

    [Fact(Timeout = 200_000)]
    public async Task When_the_session_ends_the_screen_ends_too()
    {
        await DataAsync();
        Aws("echo Kq7xWv3Z");
        (await PrepareAsync()).ExitCode.ShouldBe(0);
        var (port, display) = Free();
        Program("session", "exit 7");

        using var screen = Start("bash", [root.File("opt/cloudworkstation/screen.sh")], new() { ["CWS_PORT"] = $"{port}", ["CWS_DISPLAY"] = $"{display}" });
        var output = await screen.StandardOutput.ReadToEndAsync(Cancelled);
        await screen.WaitForExitAsync(Cancelled);

        screen.ExitCode.ShouldBe(7, output);
        output.ShouldContain("ended with 7");
    }

    [Fact(Timeout = 200_000)]
    public async Task Setting_up_twice_ends_as_once_and_takes_over_no_account_of_the_system()
    {
        await DataAsync();
        Installed();
        Program("id", "grep -qx \"$1\" \"$CWS_ROOT/accounts\" 2>/dev/null");
        Program("useradd", "for name; do :; done; echo \"$name\" >>\"$CWS_ROOT/accounts\"");
        await File.WriteAllTextAsync(root.File("accounts"), "jane-doe-rm-rf\n", Cancelled);

        for (var run = 0; run < 2; run++)
        {
            var (exit, output) = await RunAsync("bash", [root.File("opt/cloudworkstation/setup.sh")]);
            exit.ShouldBe(0, output);
            output.ShouldContain("set up for u-jane-doe-rm-rf");
        }

        (await ReadAsync("accounts")).ShouldBe("jane-doe-rm-rf\nu-jane-doe-rm-rf\n");
        (await ReadAsync("etc/systemd/system/cws-desktop.service.d/user.conf")).ShouldBe("[Service]\nUser=u-jane-doe-rm-rf\n");
        File.Exists(root.File("etc/sudoers.d/cloudworkstation")).ShouldBeFalse();
    }

    [Theory(Timeout = 200_000)]
    [InlineData("apt-get", "tigervnc-standalone-server")]
    [InlineData("dnf", "tigervnc-server")]
    public async Task Each_system_gets_its_own_packages(string manager, string package)
    {
        await DataAsync();
        // Nothing of this machine but the shell's own tools, so that nothing counts as installed.
        var tools = root.File("tools");
        Directory.CreateDirectory(tools);
        foreach (var tool in new[] { "bash", "cat", "mkdir", "dirname", "rm", "id", "grep" })
            File.CreateSymbolicLink(Path.Combine(tools, tool), Which(tool));
        Program(manager, "printf '%s ' \"$@\" >>\"$CWS_ROOT/installed\"");

        var (exit, output) = await RunAsync("bash", [root.File("opt/cloudworkstation/setup.sh")], new() { ["PATH"] = $"{root.File("bin")}:{tools}" });

        exit.ShouldBe(1, output);
        output.ShouldContain("something is still missing");
        (await ReadAsync("installed")).ShouldContain(package);
    }

    [Fact(Timeout = 200_000)]
    public async Task An_administrator_gets_a_rule_that_sudo_can_read()
    {
        await DataAsync();
        Installed();
        Program("id", "exit 1");
        Program("useradd", "exit 0");
        Program("visudo", "grep -qx 'jane-doe-rm-rf ALL=(ALL) NOPASSWD:ALL' \"${@: -1}\"");
        var settings = root.File("etc/cloudworkstation/desktop.env");
        await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(settings, Cancelled)).Replace("CWS_ADMINISTRATOR=false", "CWS_ADMINISTRATOR=true", StringComparison.Ordinal), Cancelled);
        Directory.CreateDirectory(root.File("etc/sudoers.d"));

        var (exit, output) = await RunAsync("bash", [root.File("opt/cloudworkstation/setup.sh")]);

        exit.ShouldBe(0, output);
        File.GetUnixFileMode(root.File("etc/sudoers.d/cloudworkstation")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead);
    }

    public void Dispose() => root.Dispose();

    private async Task<UserData> DataAsync()
    {
        var data = await UserData.OfAsync(await built.GetAsync());
        data.WriteTo(root.Path);
        Directory.CreateDirectory(root.File("var/lib/cloudworkstation"));
        await File.WriteAllTextAsync(root.File("var/lib/cloudworkstation/user"), "nobody\n");
        Program("curl", "exit 7");
        Program("chown", "exit 0");
        Program("session", "exec sleep 600");
        return data;
    }

    private void Installed()
    {
        File.Delete(root.File("var/lib/cloudworkstation/user"));
        foreach (var program in new[] { "aws", "xauth", "startxfce4", "systemctl", "Xtigervnc", "tigervncpasswd" })
            Program(program, "exit 0");
    }

    private void Aws(string script) => Program("aws", script);

    private void Program(string name, string script)
    {
        Directory.CreateDirectory(root.File("bin"));
        File.WriteAllText(root.File($"bin/{name}"), $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(root.File($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Task<(int ExitCode, string Output)> PrepareAsync() => RunAsync("bash", [root.File("opt/cloudworkstation/prepare.sh")]);

    private Task<string> ReadAsync(string path) => File.ReadAllTextAsync(root.File(path));

    private static string Which(string tool) => new[] { "/usr/bin/", "/bin/" }.Select(directory => directory + tool).First(File.Exists);

    private async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment ?? []);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private Process Start(string program, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PATH"] = $"{root.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = root.Path;
        start.Environment["USER"] = "jane";
        start.Environment.Remove("XDG_RUNTIME_DIR");
        start.Environment["CWS_ROOT"] = root.Path;
        start.Environment["CWS_SETTINGS"] = root.File("etc/cloudworkstation/desktop.env");
        start.Environment["CWS_RETRY_SECONDS"] = "0.1";
        start.Environment["CWS_SESSION"] = root.File("bin/session");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static (int Port, int Display) Free()
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var display = 300;
        while (File.Exists($"/tmp/.X11-unix/X{display}") || File.Exists($"/tmp/.X{display}-lock"))
            display++;
        return (((System.Net.IPEndPoint)listener.LocalEndpoint).Port, display);
    }

    private static async Task AnswersAsync(int port, Process screen)
    {
        while (true)
        {
            screen.HasExited.ShouldBeFalse();
            using System.Net.Sockets.TcpClient client = new();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Delay(100);
            }
        }
    }
}
