using System.Diagnostics;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>What is left of a desktop goes, whatever its user did to it, and nothing beside it does.</summary>
public sealed class RemoveTests : IDisposable
{
    private const string Nobody = "65534";
    private readonly TemporaryDirectory root = new();

    private string Desktop => root.File("desktops/abcdefghijkl");

    private string Precious => root.File("precious");

    public void Dispose() => root.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task The_template_removes_what_was_made_read_only_and_follows_no_link()
    {
        MakeStubbornHome();
        var scripts = root.File("scripts");
        await RunAsync("cp", "-R", Path.Combine(LocalDesktop.RepositoryRoot(), "terraform", "modules", "local-session", "host"), scripts);
        await RunAsync("chmod", "-R", "a+rX", scripts);
        await RunAsync("chmod", "a+rx", root.Path);

        // Root may remove everything anyway; the product runs as somebody.
        var asNobody = Environment.UserName == "root" ? new[] { "setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups" } : [];
        if (asNobody.Length > 0)
            await RunAsync("chown", "-R", "-P", $"{Nobody}:{Nobody}", root.File("desktops"));
        await RunAsync([.. asNobody, "env", "DESKTOP_ID=abcdefghijkl", $"DESKTOP_DIRECTORY={Desktop}", Path.Combine(scripts, "remove.sh")]);

        ShouldBeGoneAlone();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_manager_removes_what_is_left_and_follows_no_link()
    {
        await Task.Yield();
        MakeStubbornHome();

        PrivateTree.Remove(Desktop);
        PrivateTree.Remove(Desktop);

        ShouldBeGoneAlone();
    }

    private void MakeStubbornHome()
    {
        var modules = Path.Combine(Desktop, "home", "go", "mod");
        Directory.CreateDirectory(modules);
        Directory.CreateDirectory(Precious);
        File.WriteAllText(Path.Combine(Precious, "letter"), "dear");
        File.WriteAllText(Path.Combine(modules, "module.go"), "package module");
        File.CreateSymbolicLink(Path.Combine(modules, "file"), Path.Combine(Precious, "letter"));
        Directory.CreateSymbolicLink(Path.Combine(modules, "directory"), Precious);
        Directory.CreateSymbolicLink(Path.Combine(Desktop, "home", "up"), "../../..");
        File.SetUnixFileMode(Precious, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(modules, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Path.Combine(Desktop, "home", "go"), UnixFileMode.None);
    }

    private void ShouldBeGoneAlone()
    {
        Directory.Exists(Desktop).ShouldBeFalse();
        File.ReadAllText(Path.Combine(Precious, "letter")).ShouldBe("dear");
        File.GetUnixFileMode(Precious).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Precious, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}: {error}");
    }
}
