using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class RfbProbeTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly byte[] Version = "RFB 003.008\n"u8.ToArray();

    [Fact(Timeout = 60_000)]
    public async Task A_real_server_is_ready_with_the_right_password_and_refuses_another()
    {
        await using var server = await RealServer.StartAsync("secret12");

        (await RfbProbe.HandshakeAsync(server.Address, "secret12", Long, None)).ShouldBe(new ScreenReply(ScreenAnswer.Ready, "320x200"));
        (await RfbProbe.HandshakeAsync(server.Address, "wrong", Long, None)).Answer.ShouldBe(ScreenAnswer.Refused);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_speaks_something_else_is_told_apart()
    {
        (await AskAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray())).Answer.ShouldBe(ScreenAnswer.NotRfb);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_lies_about_its_name_is_not_believed()
    {
        byte[] init = [4, 0, 3, 0, .. new byte[16], 0x7f, 0xff, 0xff, 0xff];

        var reply = await AskAsync([.. Version, 1, 1, 0, 0, 0, 0, .. init]);

        reply.Answer.ShouldBe(ScreenAnswer.NotRfb, reply.Detail);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_lies_about_its_reason_is_only_refused()
    {
        (await AskAsync([.. Version, 0, 0xff, 0xff, 0xff, 0xff])).ShouldBe(new ScreenReply(ScreenAnswer.Refused, "refused"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_breaks_off_is_silent()
    {
        (await AskAsync("RFB 0"u8.ToArray(), breaksOff: true)).Answer.ShouldBe(ScreenAnswer.Silent);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_listening_is_silent()
    {
        using var nobody = new ClosedPort();

        (await RfbProbe.HandshakeAsync(new ConnectionAddress("127.0.0.1", nobody.Port), "x", Long, None)).Answer.ShouldBe(ScreenAnswer.Silent);
    }

    private static async Task<ScreenReply> AskAsync(byte[] answer, bool breaksOff = false)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(None);
            await client.GetStream().WriteAsync(answer, None);
            var buffer = new byte[256];
            while (!breaksOff && await client.GetStream().ReadAsync(buffer, None) > 0)
            {
            }
        });
        var reply = await RfbProbe.HandshakeAsync(new ConnectionAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), "x", Long, None);
        await serving.ContinueWith(static _ => { }, TaskScheduler.Default);
        return reply;
    }

    /// <summary>Xtigervnc on a display and port of its own.</summary>
    private sealed class RealServer(Process process, TemporaryDirectory directory, int port) : IAsyncDisposable
    {
        public ConnectionAddress Address => new("127.0.0.1", port);

        // Display and port can be taken between looking and binding: try again with others, and with a directory of their own.
        public static async Task<RealServer> StartAsync(string password)
        {
            for (var i = 0; ; i++)
            {
                var server = await TryStartAsync(password);
                if (await server.AnswersAsync())
                {
                    return server;
                }

                await server.DisposeAsync();
                (i < 10).ShouldBeTrue("Xtigervnc did not start.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(None);
            }

            process.Dispose();
            directory.Dispose();
        }

        private static async Task<RealServer> TryStartAsync(string password)
        {
            var directory = new TemporaryDirectory();
            using (var maker = Process.Start(new ProcessStartInfo("vncpasswd", ["-f"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!)
            {
                await maker.StandardInput.WriteLineAsync(password);
                maker.StandardInput.Close();
                await using var file = File.Create(directory.File("passwd"));
                await maker.StandardOutput.BaseStream.CopyToAsync(file, None);
            }

            File.SetUnixFileMode(directory.File("passwd"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            return new RealServer(Start(port, directory), directory, port);
        }

        private static Process Start(int port, TemporaryDirectory directory) => Process.Start(new ProcessStartInfo(
            "Xtigervnc",
            [$":{Random.Shared.Next(2000, 30_000)}", "-rfbport", $"{port}", "-localhost", "-SecurityTypes", "VncAuth", "-PasswordFile", directory.File("passwd"), "-geometry", "320x200"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;

        private async Task<bool> AnswersAsync()
        {
            var deadline = DateTime.UtcNow.AddSeconds(20);
            while (!process.HasExited && DateTime.UtcNow < deadline)
            {
                if (await RfbProbe.AcceptsAsync(Address, Long, None))
                {
                    // One that could not have the port ends, and then somebody else answered.
                    return !process.HasExited;
                }

                await Task.Delay(50, None);
            }

            return false;
        }
    }
}
