using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A real Xtigervnc on a free display and port, with a password.</summary>
public sealed class Xtigervnc : IAsyncDisposable
{
    public const string Binary = "/usr/bin/Xtigervnc";
    public const string Clipboard = "/usr/bin/xclip";
    private const string Password = "tiger-pw";

    private readonly Process _process;
    private readonly string _directory;

    private Xtigervnc(Process process, string directory, string display, int port) =>
        (_process, _directory, Display, Target) = (process, directory, display, new DesktopTarget("127.0.0.1", port, "vnc", Password));

    public string Display { get; }

    public DesktopTarget Target { get; }

    public static async Task<Xtigervnc> StartAsync()
    {
        // Display and port can be taken between looking and binding: try again with others.
        for (var attempt = 0; ; attempt++)
        {
            if (await TryStartAsync() is { } started)
            {
                return started;
            }

            attempt.ShouldBeLessThan(10, "Xtigervnc does not start.");
        }
    }

    /// <summary>Copies a text inside the desktop, as a program in it would.</summary>
    public async Task CopyAsync(string text)
    {
        foreach (var selection in new[] { "clipboard", "primary" })
        {
            // It stays behind and gives the text to whoever asks; it ends with the display.
            var start = new ProcessStartInfo(Clipboard, ["-display", Display, "-selection", selection, "-in"]) { UseShellExecute = false, RedirectStandardInput = true };
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(text);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<Xtigervnc?> TryStartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("cws-xvnc-").FullName;
        var passwordFile = Path.Combine(directory, "passwd");
        await CreatePasswordAsync(passwordFile);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var display = string.Create(CultureInfo.InvariantCulture, $":{Random.Shared.Next(2000, 30000)}");
        var start = new ProcessStartInfo(Binary)
        {
            UseShellExecute = false,
            ArgumentList =
            {
                display, "-geometry", "320x200", "-depth", "24", "-rfbport", port.ToString(CultureInfo.InvariantCulture), "-localhost",
                "-SecurityTypes", "VncAuth", "-PasswordFile", passwordFile, "-nolisten", "tcp", "-Log", "*:stderr:0",
            },
        };
        var process = Process.Start(start)!;
        while (!process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return new Xtigervnc(process, directory, display, port);
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        process.Dispose();
        Directory.Delete(directory, recursive: true);
        return null;
    }

    private static async Task CreatePasswordAsync(string file)
    {
        var start = new ProcessStartInfo("/usr/bin/vncpasswd", ["-f"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(Password + "\n");
        process.StandardInput.Close();
        await using (var target = File.Create(file))
        {
            await process.StandardOutput.BaseStream.CopyToAsync(target);
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await process.WaitForExitAsync();
    }
}
