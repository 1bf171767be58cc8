using System.Diagnostics;
using CloudWorkstation.Launcher.Cleanup;

namespace CloudWorkstation.Launcher.Tests;

public sealed class LeftoversTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TemporaryData _temporary = new TemporaryData().Prepared();
    private readonly List<Process> _started = [];

    [Fact(Timeout = Limit)]
    public async Task A_desktop_is_found_by_its_directory_and_ended()
    {
        var desktop = await StartAsync("exec sleep 300", Leftovers.DesktopMarker, Path.Combine(_temporary.Data.Root, "desktops/abc"));
        var leftovers = new Leftovers(_temporary.Data, TimeProvider.System);

        leftovers.Desktops().Select(process => process.Process).ShouldBe([desktop.Id]);
        await leftovers.EndAsync(leftovers.Desktops(), TimeSpan.FromSeconds(30));

        leftovers.Desktops().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task What_ignores_the_polite_signal_is_killed()
    {
        await StartAsync("trap '' TERM; while true; do sleep 0.1; done", Leftovers.ServiceMarker, _temporary.Data.Root);
        var leftovers = new Leftovers(_temporary.Data, TimeProvider.System);

        await leftovers.EndAsync(leftovers.Services(), TimeSpan.FromMilliseconds(300));
        await leftovers.EndAsync(leftovers.Services(), TimeSpan.FromMilliseconds(300));

        leftovers.Services().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Processes_of_a_neighbouring_data_directory_are_left_alone()
    {
        await StartAsync("exec sleep 300", Leftovers.DesktopMarker, _temporary.Data.Root + "-other/desktops/abc");
        await StartAsync("exec sleep 300", Leftovers.ServiceMarker, _temporary.Data.Root + "-other");
        var leftovers = new Leftovers(_temporary.Data, TimeProvider.System);

        leftovers.Desktops().ShouldBeEmpty();
        leftovers.Services().ShouldBeEmpty();
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        _temporary.Dispose();
    }

    private async Task<Process> StartAsync(string script, string marker, string value)
    {
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", "echo ready; " + script]) { Environment = { [marker] = value }, RedirectStandardOutput = true, UseShellExecute = false })!;
        _started.Add(process);
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return process;
    }
}
