using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Benchmarks.Create;

/// <summary>The same template built by hand: <c>terraform init</c>, <c>terraform apply</c>, then the start of a VNC handshake.</summary>
internal static class PlainTerraform
{
    public static async Task<double> MeasureAsync(string template, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("cws-plain-");
        try
        {
            await RunAsync("cp", ["--recursive", "--dereference", $"{Path.Combine(Checkout.Find().Templates, template)}/.", directory.FullName], directory.FullName, cancellationToken);
            Directory.Delete(Path.Combine(directory.FullName, "tests"), recursive: true);
            var begun = Stopwatch.GetTimestamp();
            await RunAsync("terraform", ["init", "-input=false"], directory.FullName, cancellationToken);
            await RunAsync("terraform", ["apply", "-input=false", "-auto-approve"], directory.FullName, cancellationToken);
            await ShakeHandsAsync(Port(directory.FullName), cancellationToken);
            var took = Stopwatch.GetElapsedTime(begun);
            await RunAsync("terraform", ["destroy", "-input=false", "-auto-approve"], directory.FullName, cancellationToken);
            return took.TotalMilliseconds;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Up to the server's challenge: a server that sends one is ready for whoever has the password.</summary>
    private static async Task ShakeHandsAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[12], cancellationToken);
        await stream.WriteAsync("RFB 003.008\n"u8.ToArray(), cancellationToken);
        await stream.ReadExactlyAsync(new byte[2], cancellationToken);
        await stream.WriteAsync(new byte[] { 2 }, cancellationToken);
        await stream.ReadExactlyAsync(new byte[16], cancellationToken);
    }

    private static int Port(string directory) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "terraform.tfstate")))!["outputs"]!["connection"]!["value"]!["port"]!.GetValue<int>();

    private static async Task RunAsync(string program, string[] arguments, string directory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var desktop = new { id = "plainbyhand0", name = "Plain", owner = "nobody", environment = "bench", directory = Path.Combine(directory, "desktop") };
        start.Environment["TF_VAR_desktop"] = System.Text.Json.JsonSerializer.Serialize(desktop);
        start.Environment["TF_VAR_power"] = "on";
        start.Environment["TF_VAR_vnc_password"] = "benchpwd";
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{string.Concat(output)}");
    }
}
