using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Parts;

public sealed class PreparationTests
{
    [Fact(Timeout = 60_000)]
    public async Task Prepare_makes_a_private_directory_and_keeps_what_is_there()
    {
        var root = Path.Combine(Path.GetTempPath(), "cws-p" + Guid.NewGuid().ToString("N")[..8]);
        try
        {
            (await PrepareAsync(root)).ShouldBe(0);
            var directory = new RouterDirectory(root);
            File.GetUnixFileMode(root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            MapNames.All.ShouldAllBe(m => File.Exists(directory.MapFile(m)));
            var key = await File.ReadAllTextAsync(directory.KeyFile("a"), TestContext.Current.CancellationToken);
            KeySlots.All.Select(s => File.ReadAllText(directory.KeyFile(s))).Distinct().Count().ShouldBe(3);
            await File.WriteAllTextAsync(directory.MapFile(MapNames.Routes), "desktopkept1 127.0.0.1:1\n", TestContext.Current.CancellationToken);

            (await PrepareAsync(root)).ShouldBe(0);

            (await File.ReadAllTextAsync(directory.KeyFile("a"), TestContext.Current.CancellationToken)).ShouldBe(key);
            (await File.ReadAllTextAsync(directory.MapFile(MapNames.Routes), TestContext.Current.CancellationToken)).ShouldContain("desktopkept1");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory(Timeout = 60_000), InlineData("relative/path"), InlineData("")]
    public async Task A_directory_that_cannot_work_is_refused(string path) => (await PrepareAsync(path)).ShouldNotBe(0);

    private static async Task<int> PrepareAsync(string root)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.Router.dll");
        await using var process = new ChildProcess("dotnet", [dll, "prepare"], new Dictionary<string, string> { ["CWS_ROUTER__DIRECTORY"] = root });
        return await process.ExitAsync();
    }
}
