using System.Diagnostics;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>A data directory on a small file system of its own that the test fills up.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Limit = 240_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-full-");
    private string? _whyNot;

    private string Data => Path.Combine(_directory.FullName, "data");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Data);
        _whyNot = await TryAsync("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_whyNot is null)
            await TryAsync("umount", "--lazy", Data);
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_full_disk_is_told_and_nothing_is_corrupt_when_there_is_room_again()
    {
        Assert.SkipWhen(_whyNot is not null, $"a small file system cannot be mounted here: {_whyNot}");
        await using var product = await Product.StartAsync(data: Data);
        using var person = await product.AdminAsync();
        var before = await Desktop.CreateAsync(product, person);

        var ballast = Path.Combine(Data, "ballast");
        Fill(ballast);
        var refused = await person.PostAsync("/api/v1/desktops", new { template = "local-vnc-minimal", name = "No room", parameters = new { } });
        (refused.Status, refused.Code).ShouldBe((507, "storage_full"), refused.ToString());
        (await person.GetAsync("/api/v1/desktops")).Body["items"]!.AsArray().Count.ShouldBe(1, "what is stored can still be read");

        File.Delete(ballast);
        await Eventually.HoldsAsync(async () => (await person.GetAsync("/api/v1/me")).Status == 200, "the api answers");
        var after = await Desktop.CreateAsync(product, person);
        (await person.GetAsync("/api/v1/desktops")).Body["items"]!.AsArray().Count.ShouldBe(2);
        await before.DeleteAsync();
        await after.DeleteAsync();
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        // The last bytes are as important as the first: the store's next page must not fit.
        for (var block = 1 << 20; block > 0; block /= 2)
        {
            try
            {
                while (true)
                    file.Write(new byte[block]);
            }
            catch (IOException)
            {
                // Full for blocks of this size.
            }
        }
    }

    private static async Task<string?> TryAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? null : error.Trim();
    }
}
