using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>VNC servers, honest and otherwise.</summary>
public sealed class VncServerTests
{
    private static readonly byte[] Challenge = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Theory(Timeout = 60_000)]
    [InlineData("RFB 003.003\n")]
    [InlineData("RFB 003.005\n")]
    [InlineData("RFB 003.007\n")]
    [InlineData("RFB 003.008\n")]
    [InlineData("RFB 003.889\n")]
    [InlineData("RFB 004.001\n")]
    public async Task Every_version_of_the_protocol_is_authenticated_to(string version)
    {
        var response = new TaskCompletionSource<byte[]>();
        await using var vnc = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(version));
            var chosen = Encoding.ASCII.GetString(await ScriptedVnc.ReadAsync(stream, 12));
            if (chosen == "RFB 003.003\n")
            {
                await stream.WriteAsync(new byte[] { 0, 0, 0, 2 });
            }
            else
            {
                await stream.WriteAsync(new byte[] { 2, 1, 2 });
                (await ScriptedVnc.ReadAsync(stream, 1))[0].ShouldBe((byte)2);
            }

            await stream.WriteAsync(Challenge);
            response.SetResult(await ScriptedVnc.ReadAsync(stream, 16));
            await stream.WriteAsync(new byte[4]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await stream.WriteAsync(ScriptedVnc.ServerInit("versions"));
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        Encoding.ASCII.GetString((await browser.RfbHandshakeAsync())[24..]).ShouldBe("versions");
        (await response.Task).ShouldBe(VncAuthentication.Respond(Challenge, ScriptedVnc.Password));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_password_ends_with_4005_and_the_reason_in_the_log()
    {
        await using var vnc = new ScriptedVnc(async stream =>
        {
            await StartAsync(stream, [1, 2]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await stream.WriteAsync(Challenge);
            await ScriptedVnc.ReadAsync(stream, 16);
            await stream.WriteAsync(Text([0, 0, 0, 1], "Authentication\nfailed"));
        });
        await ShouldEndAsync(vnc, 4005, "protocol", "refused: Authentication failed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_refuses_before_security_ends_with_4005()
    {
        await using var vnc = new ScriptedVnc(stream => StartAsync(stream, Text([0], "Too many connections")));
        await ShouldEndAsync(vnc, 4005, "protocol", "Too many connections");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SSH-2.0-Open\n", "no RFB 3 version")]
    [InlineData("RFB 002.000\n", "no RFB 3 version")]
    [InlineData("RFB 003.00x\n", "no RFB 3 version")]
    public async Task A_server_that_speaks_something_else_ends_with_4005(string greeting, string reason)
    {
        await using var vnc = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(greeting));
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await ShouldEndAsync(vnc, 4005, "protocol", reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_with_unknown_security_types_only_ends_with_4005()
    {
        await using var vnc = new ScriptedVnc(stream => StartAsync(stream, [2, 19, 30]));
        await ShouldEndAsync(vnc, 4005, "protocol", "security types 19,30 only");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reason_of_two_gigabytes_is_not_read()
    {
        await using var vnc = new ScriptedVnc(stream => StartAsync(stream, [0, 0x7F, 0xFF, 0xFF, 0xFF]));
        await ShouldEndAsync(vnc, 4005, "protocol", "a reason of 2147483647 bytes, not read");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_name_of_four_gigabytes_ends_with_4005()
    {
        await using var vnc = new ScriptedVnc(async stream =>
        {
            await StartAsync(stream, [1, 1]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await stream.WriteAsync(new byte[4]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await stream.WriteAsync(ScriptedVnc.ServerInit("x", uint.MaxValue));
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.ReadDataAsync(12);
        await browser.SendAsync("RFB 003.008\n"u8.ToArray());
        await browser.ReadDataAsync(2);
        await browser.SendAsync(1);
        await browser.ReadDataAsync(4);
        await browser.SendAsync(1);
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4005);
        proxy.Logs.Lines.ShouldContain(l => l.Contains("a desktop name of 4294967295 bytes"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_never_answers_ends_with_4004()
    {
        await using var vnc = new ScriptedVnc(ScriptedVnc.UntilClosedAsync);
        await ShouldEndAsync(vnc, 4004, "unreachable", "Gave up after", s => s with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_hangs_up_during_the_handshake_ends_with_4004()
    {
        await using var vnc = new ScriptedVnc(stream => stream.WriteAsync("RFB 003"u8.ToArray()).AsTask());
        await ShouldEndAsync(vnc, 4004, "unreachable", "closed the connection during the handshake");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_where_nobody_listens_ends_with_4004()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var nobody = new ClosedPort();
        using var browser = await proxy.ConnectAsync(new DesktopTarget("127.0.0.1", nobody.Port, "vnc", "x"));
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4004);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_dies_in_the_middle_ends_with_4004()
    {
        await using var vnc = ScriptedVnc.Honest(_ => Task.CompletedTask);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((4004, "unreachable"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_writes_one_byte_at_a_time_is_understood()
    {
        await using var vnc = new ScriptedVnc(async stream =>
        {
            await DribbleAsync(stream, "RFB 003.008\n"u8.ToArray());
            await ScriptedVnc.ReadAsync(stream, 12);
            await DribbleAsync(stream, [1, 1]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await DribbleAsync(stream, new byte[4]);
            await ScriptedVnc.ReadAsync(stream, 1);
            await DribbleAsync(stream, ScriptedVnc.ServerInit("slow"));
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        Encoding.ASCII.GetString((await browser.RfbHandshakeAsync())[24..]).ShouldBe("slow");
    }

    private static async Task StartAsync(NetworkStream stream, byte[] security)
    {
        await stream.WriteAsync("RFB 003.008\n"u8.ToArray());
        await ScriptedVnc.ReadAsync(stream, 12);
        await stream.WriteAsync(security);
    }

    private static byte[] Text(byte[] before, string text)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return [.. before, .. length, .. Encoding.ASCII.GetBytes(text)];
    }

    private static async Task DribbleAsync(NetworkStream stream, byte[] bytes)
    {
        foreach (var b in bytes)
        {
            await stream.WriteAsync(new[] { b });
            await Task.Yield();
        }
    }

    private static async Task ShouldEndAsync(ScriptedVnc vnc, int code, string word, string logged, Func<ProxySettings, ProxySettings>? change = null)
    {
        await using var proxy = await TestProxy.StartAsync(change);
        using var browser = await proxy.ConnectAsync(vnc.Target);
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((code, word));
        proxy.Logs.Lines.ShouldContain(l => l.Contains(logged, StringComparison.Ordinal));
        proxy.Logs.Lines.ShouldAllBe(l => !l.Contains(ScriptedVnc.Password, StringComparison.Ordinal));
    }
}
