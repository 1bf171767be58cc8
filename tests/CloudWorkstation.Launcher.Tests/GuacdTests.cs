using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Launcher.Doctor;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Tests;

public sealed class GuacdTests
{
    [Fact(Timeout = 60_000)]
    public async Task Doctor_knows_a_guacd_by_its_answer()
    {
        await using var guacd = new Listener("4.args,13.VERSION_1_5_0,8.hostname;"u8.ToArray());

        var finding = await GuacdCheck.RunAsync(guacd.Address, CancellationToken.None);

        (finding.Verdict, finding.Fix).ShouldBe((Verdict.Ok, null));
        finding.Text.ShouldContain(guacd.Address);
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_warns_of_something_that_is_no_guacd_and_says_what_to_do()
    {
        await using var stranger = new Listener("SSH-2.0-OpenSSH\r\n"u8.ToArray());

        var finding = await GuacdCheck.RunAsync(stranger.Address, CancellationToken.None);

        finding.Verdict.ShouldBe(Verdict.Warn);
        finding.Fix!.ShouldContain("guacamole/guacd");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("none", Verdict.Ok)]
    [InlineData("nowhere", Verdict.Fail)]
    [InlineData("http://127.0.0.1:4822", Verdict.Fail)]
    public async Task Doctor_says_what_is_switched_off_or_wrong(string configured, Verdict verdict) =>
        (await GuacdCheck.RunAsync(configured, CancellationToken.None)).Verdict.ShouldBe(verdict);

    [Theory(Timeout = 60_000)]
    [InlineData("none", null)]
    [InlineData("guacd.example.com:4822", "guacd.example.com:4822")]
    public async Task What_was_asked_for_is_taken_whether_or_not_it_answers(string wanted, string? found) => (await Guacd.FindAsync(wanted)).ShouldBe(found);

    /// <summary>Says one thing to everybody who asks.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public Listener(byte[] answer)
        {
            _listener.Start();
            _serving = ServeAsync(answer);
        }

        public string Address => _listener.LocalEndpoint.ToString()!;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync(answer);
                    // Until the other side has read and closed.
                    await client.GetStream().CopyToAsync(Stream.Null);
                }
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException or IOException)
            {
                // The test is over.
            }
        }
    }
}
