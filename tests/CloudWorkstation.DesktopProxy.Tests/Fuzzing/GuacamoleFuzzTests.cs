using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;
using Instruction = CloudWorkstation.Guacd.Instruction;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>Spoiled streams from either side of the Guacamole engine, each through a whole proxy that must serve the next one.</summary>
public sealed class GuacamoleFuzzTests
{
    private const int Limit = 300_000;
    private const int Streams = 120;

    // A second of a page's life.
    private static readonly string[] Page =
    [
        "4.sync,13.1700000000000;", "0.,4.ping,13.1700000000000;", "3.nop;", "4.size,4.1024,3.768;",
        "5.mouse,3.100,3.200,1.0;", "5.mouse,3.100,3.200,1.1;", "3.key,2.97,1.1;", "3.key,2.97,1.0;", "5.touch,1.0,2.10,2.20,1.5,1.5,1.0,1.1;",
        "9.clipboard,1.0,10.text/plain;", "4.blob,1.0,8.aGVsbG8=;", "3.end,1.0;",
        "4.file,1.1,10.text/plain,6.ä😀b.x;", "4.blob,1.1,8.aGVsbG8=;", "3.end,1.1;",
        "3.get,1.0,1./;", "3.put,1.0,1.2,10.text/plain,6./a.txt;", "3.ack,1.3,2.OK,1.0;", "5.audio,1.4,31.audio/L16;rate=44100,channels=2;", "3.end,1.4;",
    ];

    private const string Handshake = "4.args,13.VERSION_1_5_0,8.hostname,4.port,8.password;5.ready,37.$01234567-89ab-cdef-0123-456789abcdef;";

    // A second of guacd's.
    private const string Desktop =
        "4.name,7.Desktop;4.size,1.0,4.1024,3.768;4.rect,1.0,1.0,1.0,4.1024,3.768;5.cfill,2.14,1.0,1.0,1.0,1.0,3.255;3.img,1.1,2.14,1.0,9.image/png,1.0,1.0;"
        + "4.blob,1.1,8.aGVsbG8=;3.end,1.1;4.sync,13.1700000000000,1.1;9.clipboard,1.2,10.text/plain;4.blob,1.2,8.aGVsbG8=;3.end,1.2;4.name,3.a😀b;"
        + "10.filesystem,1.0,6.Shared;4.file,1.4,10.text/plain,5.a.txt;4.blob,1.4,8.aGVsbG8=;3.end,1.4;3.nop;5.audio,1.6,31.audio/L16;rate=44100,channels=2;4.sync,13.1700000000001,1.2;";

    [Fact(Timeout = Limit)]
    public async Task Whatever_a_page_sends_guacd_gets_whole_instructions_only_and_the_next_session_works()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, prepare: api => api.Files = "both");
        for (var seed = 0; seed < Streams; seed++)
        {
            await TellAsync(proxy, Spoiled(seed));
        }

        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
        await StillServesAsync(proxy, guacd);
        guacd.Users.Where(user => user.Garbled is not null || user.InvalidTexts > 0).Select(user => user.Garbled).ShouldBeEmpty();
        guacd.Users.Count(user => user.Received.Any(i => i.Opcode is "key" or "mouse" or "size")).ShouldBeGreaterThan(Streams / 10);
    }

    [Fact(Timeout = Limit)]
    public async Task Whatever_guacd_sends_the_page_gets_whole_instructions_only_and_the_next_session_works()
    {
        var streams = new ConcurrentQueue<byte[]>(Enumerable.Range(0, Streams).Select(seed => seed % 3 == 0
            ? Mutator.Spoil(Encoding.UTF8.GetBytes(Handshake + Desktop), seed)
            : [.. Encoding.UTF8.GetBytes(Handshake), .. Mutator.Spoil(Encoding.UTF8.GetBytes(Desktop), seed)]));
        await using var liar = new ScriptedVnc(async stream =>
        {
            await stream.WriteAsync(streams.TryDequeue(out var one) ? one : []);
            stream.Socket.Shutdown(SocketShutdown.Send);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = new GuacdAddress("127.0.0.1", liar.Target.Port), CloseTimeout = TimeSpan.FromSeconds(20) }, api => api.Files = "both");
        for (var seed = 0; seed < Streams; seed++)
        {
            using var page = await GuacamolePage.ConnectAsync(proxy);
            (await page.ReadToCloseAsync()).CloseCode.ShouldBeOneOf(1000, 4001, 4004, 4005, 4006);
        }

        streams.ShouldBeEmpty();
        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
        Defects(proxy).ShouldBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("99999.x")]
    [InlineData("00000000000000000001.x")]
    [InlineData("3.keyX")]
    [InlineData("x.key;")]
    [InlineData("-1.key;")]
    [InlineData(".key;")]
    [InlineData("3.key,1.😀;")]
    [InlineData("12.unheard-of-1;")]
    [InlineData("POST / HTTP/1.1\r\n")]
    [InlineData("{\"json\":1}")]
    public async Task What_is_no_instruction_of_a_page_cuts_it_off_and_reaches_nobody(string what)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendRawAsync(what);
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(4005);
        var user = await guacd.UserAsync();
        await Eventually.TrueAsync(() => user.Gone.IsCancellationRequested);
        user.Received.SkipWhile(i => i.Opcode != "connect").Skip(1).ShouldAllBe(i => i.Opcode == "nop" || i.Opcode == "disconnect");
        user.Garbled.ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData(0x80)]
    [InlineData(0xC0, 0x80)]
    [InlineData(0xE4, 0xB8)]
    [InlineData(0xED, 0xA0, 0xBD)]
    [InlineData(0xF4, 0x90, 0x80, 0x80)]
    [InlineData(0xFF)]
    public async Task Text_of_either_side_that_is_not_UTF_8_ends_the_session_and_reaches_nobody(params int[] text)
    {
        byte[] spoiled = [.. "3.key,4."u8, .. text.Select(b => (byte)b), .. "abcd;3.nop;3.nop;"u8];
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Joined = user => user.SendRawAsync(spoiled) });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        using var guest = await GuacamolePage.OpenAsync(proxy);
        (await guest.ReadToCloseAsync()).CloseCode.ShouldBe(4005);
        await page.Browser.WriteAsync(RawBrowser.Frame(1, spoiled));
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(4005);
        guacd.Users.ShouldAllBe(user => user.Garbled == null && user.InvalidTexts == 0);
    }

    [Theory(Timeout = Limit)]
    [InlineData(8_193, 1)]
    [InlineData(1, 129)]
    [InlineData(8_000, 5)]
    public async Task A_page_that_sends_more_than_guacd_takes_is_cut_off(int length, int elements)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        var element = $"{length}.{new string('x', length)}";
        await page.SendRawAsync("3.key," + string.Join(',', Enumerable.Repeat(element, elements)) + ";");
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(4005);
        var user = await guacd.UserAsync();
        await Eventually.TrueAsync(() => user.Gone.IsCancellationRequested);
        user.Received.ShouldNotContain(i => i.Opcode == "key");
        user.Garbled.ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData("99999.x")]
    [InlineData("4.nameX7.Desktop;")]
    [InlineData("garbage")]
    public async Task A_guacd_that_lies_ends_with_4005_and_none_of_it_reaches_the_page(string what)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            await user.SendRawAsync(Encoding.ASCII.GetBytes(what));
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(4005);
        page.Messages.Count.ShouldBe(1, "the tunnel's greeting and nothing else");
    }

    [Theory(Timeout = Limit)]
    [InlineData(Fault.NeverAnswers, 4004)]
    [InlineData(Fault.NeverReady, 4004)]
    [InlineData(Fault.DiesAtSelect, 4004)]
    [InlineData(Fault.DiesAtConnect, 4004)]
    [InlineData(Fault.Rubbish, 4005)]
    [InlineData(Fault.EndlessArguments, 4005)]
    [InlineData(Fault.ReadyAtOnce, 4005)]
    public async Task A_guacd_that_fails_in_the_handshake_is_given_up(Fault fault, int code)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Fault = fault });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, s => s with { HandshakeTimeout = TimeSpan.FromSeconds(fault is Fault.NeverAnswers or Fault.NeverReady ? 1 : 30) });
        using var page = await GuacamolePage.ConnectAsync(proxy);
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(code);
    }

    [Fact(Timeout = Limit)]
    public async Task Bytes_that_travel_alone_in_both_directions_are_put_together_emoji_and_all()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            ByteByByte = true,
            Session = async user =>
        {
            await user.SendAsync(new Instruction("name", "a😀中b"));
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, prepare: api => api.Files = "both");
        using var page = await GuacamolePage.OpenAsync(proxy);
        (await page.ReadAsync("name"))[1].ShouldBe("a😀中b");
        var bytes = Encoding.UTF8.GetBytes("4.file,1.1,10.text/plain,6.x😀中.y;3.key,2.97,1.1;");
        for (var i = 0; i < bytes.Length; i++)
        {
            await page.Browser.WriteAsync(RawBrowser.Frame(i == 0 ? 1 : 0, [bytes[i]], final: i == bytes.Length - 1));
        }

        var user = await guacd.UserAsync();
        await user.WaitForAsync("key");
        user.Received.Single(i => i.Opcode == "file")[2].ShouldBe("x😀中.y");
        (user.Garbled, user.InvalidTexts).ShouldBe((null, 0));
    }

    [Fact(Timeout = Limit)]
    public async Task Texts_outside_the_BMP_arrive_unchanged_wherever_the_network_cuts_them()
    {
        string[] texts = [.. Enumerable.Range(0, 80).Select(i => string.Concat(Enumerable.Range(0, i % 9).Select(n => ((i + n) % 4) switch { 0 => "😀", 1 => "é", 2 => "中", _ => "a" })))];
        var stream = Encoding.UTF8.GetBytes(string.Concat(texts.Select(t => new Instruction("name", t).ToString())));
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            for (var (at, cut) = (0, 1); at < stream.Length; at += cut, cut = 1 + (cut % 13))
            {
                await user.SendRawAsync(stream.AsMemory(at, Math.Min(cut, stream.Length - at)));
                await Task.Yield();
            }

            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, prepare: api => api.Files = "both");
        using var page = await GuacamolePage.OpenAsync(proxy);
        foreach (var text in texts)
        {
            (await page.ReadAsync("name"))[1].ShouldBe(text);
        }

        var up = Encoding.UTF8.GetBytes(string.Concat(texts.Select((t, i) => GuacamolePage.Instruction("get", 0, "/" + i + t))) + "3.key,2.97,1.1;");
        for (var (at, cut) = (0, 1); at < up.Length; at += cut, cut = 1 + (cut % 17))
        {
            await page.Browser.WriteAsync(RawBrowser.Frame(at == 0 ? 1 : 0, up.AsSpan(at, Math.Min(cut, up.Length - at)), final: at + cut >= up.Length));
        }

        var user = await guacd.UserAsync();
        await user.WaitForAsync("key");
        user.Received.Where(i => i.Opcode == "get").Select(i => i[1]).ShouldBe(texts.Select((t, i) => "/" + i + t));
    }

    [Theory(Timeout = Limit)]
    [InlineData("guacamole", "binary", 400)]
    [InlineData("guacamole", "soap", 400)]
    [InlineData("guacamole", "guacamole2, GUACAMOLE", 400)]
    [InlineData("guacamole", null, 400)]
    [InlineData("guacamole", "chat, guacamole", 101)]
    [InlineData("vnc", "guacamole", 400)]
    [InlineData("vnc", "soap", 400)]
    [InlineData("vnc", "chat, binary", 101)]
    public async Task A_sub_protocol_that_nobody_asked_for_is_refused_and_a_known_one_found(string engine, string? offered, int status)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd);
        var headers = GuacamolePage.Headers(TestProxy.Token(vnc.Target), offered);
        using var browser = await RawBrowser.RequestAsync(proxy.Address, headers, $"/desktop/{TestProxy.DesktopId}/{engine}");
        browser.Status.ShouldBe(status);
        if (status == 101)
        {
            browser.Head.ShouldContain($"Sec-WebSocket-Protocol: {(engine == "vnc" ? "binary" : "guacamole")}\r\n");
        }
    }

    private static byte[] Spoiled(int seed) => seed % 2 == 0
        ? [.. Mutator.Spoil(Encoding.UTF8.GetBytes(string.Concat(Page)), seed).Chunk(1 + (seed % 60)).SelectMany(part => RawBrowser.Frame(1, part))]
        : Mutator.Spoil([.. Page.SelectMany(i => RawBrowser.Frame(1, Encoding.UTF8.GetBytes(i)))], seed);

    /// <summary>Sends what it has, then leaves as a browser that was killed does.</summary>
    private static async Task TellAsync(TestProxy proxy, byte[] wire)
    {
        using var page = await GuacamolePage.OpenAsync(proxy);
        try
        {
            await page.Browser.WriteAsync(wire);
            page.Browser.Socket.Shutdown(SocketShutdown.Send);
            while (await page.Browser.ReadFrameAsync() is not null)
            {
                // Until the proxy has closed.
            }
        }
        catch (IOException)
        {
            // It did so before everything was said.
        }
    }

    private static async Task StillServesAsync(TestProxy proxy, ScriptedGuacd guacd)
    {
        var before = guacd.Users.Count;
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendAsync("key", 97, 1);
        await (await guacd.UserAsync(before)).WaitForAsync("key");
        Defects(proxy).ShouldBeEmpty();
    }

    private static IEnumerable<string> Defects(TestProxy proxy) =>
        proxy.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
}
