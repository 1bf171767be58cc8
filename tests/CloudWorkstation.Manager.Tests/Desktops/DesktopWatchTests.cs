using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Desktops;

/// <summary>Which desktops of this host the watch over screens has repaired.</summary>
public sealed class DesktopWatchTests
{
    private static readonly byte[] Version = "RFB 003.008\n"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_lets_the_desktops_password_in_is_left_alone()
    {
        (await IsRepairedAsync([.. Version, 1, 1, 0, 0, 0, 0, 0, 4, 0, 3, .. new byte[20]])).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_strangers_screen_on_the_port_of_a_desktop_that_is_gone_does_not_pass_for_it()
    {
        (await IsRepairedAsync([.. Version, 0, 0, 0, 0, 0])).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Nor_does_a_program_that_shows_no_screen()
    {
        (await IsRepairedAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray())).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_is_too_busy_to_speak_is_not_taken_for_dead()
    {
        (await IsRepairedAsync([])).ShouldBeFalse();
    }

    /// <summary>Whether the watch, at the start of the job host, has a desktop repaired at whose address somebody answers so.</summary>
    private static async Task<bool> IsRepairedAsync(byte[] answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, answer);
        await using var manager = new TestManager();
        manager.Terraform.ScreenPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        var desktop = await manager.BuildAsync(TestManager.Alice);

        await ActivatorUtilities.CreateInstance<DesktopWatch>(manager.Host.Services).CheckAsync(patience: 0, Token);

        listener.Stop();
        await serving;
        return (await manager.ReadAsync(desktop.Id)).ActiveOperation is not null;
    }

    private static async Task ServeAsync(TcpListener listener, byte[] answer)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync(Token), answer);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test has seen enough.
        }
    }

    private static async Task AnswerAsync(TcpClient client, byte[] answer)
    {
        using (client)
        {
            try
            {
                await client.GetStream().WriteAsync(answer, Token);
                await client.GetStream().CopyToAsync(Stream.Null, Token);
            }
            catch (IOException)
            {
                // Gone, having only looked whether somebody accepts.
            }
        }
    }
}
