using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Benchmarks.Guacamole;

/// <summary>npm's guacamole-lite as it comes: Node, one thread.</summary>
internal sealed class GuacamoleLite() : ProcessRival(GuacamoleLite.Label, FreePort())
{
    public const string Label = "guacamole-lite";

    // Of this benchmark only.
    private const string Key = "ThirtyTwoCharactersForTheRival!!";

    public static async Task<IRival> StartAsync(int guacd)
    {
        var directory = Path.Combine(Checkout.Find().Root, "tests", "GuacamoleLite");
        await InstallAsync(directory);
        var rival = new GuacamoleLite();
        await rival.StartAsync("node", [Path.Combine(directory, "server.mjs"), Text(rival.Port), Text(guacd)], new(StringComparer.Ordinal) { ["TOKEN_KEY"] = Key });
        return rival;
    }

    public override string UpgradeRequest()
    {
        using var aes = Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(Key);
        var settings = new { connection = new { type = "vnc", settings = new { hostname = "127.0.0.1", port = "5900", password = "unused", width = 1024, height = 768, dpi = 96 } } };
        var value = aes.EncryptCbc(JsonSerializer.SerializeToUtf8Bytes(settings), aes.IV);
        var token = JsonSerializer.SerializeToUtf8Bytes(new { iv = Convert.ToBase64String(aes.IV), value = Convert.ToBase64String(value) });
        return Upgrade("/?token=" + Uri.EscapeDataString(Convert.ToBase64String(token)), "", "guacamole");
    }

    private static async Task InstallAsync(string directory)
    {
        if (!File.Exists(Path.Combine(directory, "node_modules", "guacamole-lite", "package.json")))
        {
            using var install = Process.Start(new ProcessStartInfo("npm", "ci --no-audit --no-fund --loglevel=error") { WorkingDirectory = directory })!;
            await install.WaitForExitAsync();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
