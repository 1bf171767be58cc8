using System.Text;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacd;

/// <summary>The scripted guacd keeps to the protocol: what is tested with it would else be tested against a mistake.</summary>
public sealed class ScriptedGuacdTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("vnc", "1.1.0", "VERSION_1_1_0", 33)]
    [InlineData("vnc", "1.3.0", "VERSION_1_3_0", 42)]
    [InlineData("vnc", "1.5.0", "VERSION_1_5_0", 44)]
    [InlineData("vnc", "1.6.0", "VERSION_1_5_0", 51)]
    [InlineData("rdp", "1.1.0", "VERSION_1_1_0", 66)]
    [InlineData("rdp", "1.6.0", "VERSION_1_5_0", 88)]
    [InlineData("ssh", "1.1.0", "VERSION_1_1_0", 30)]
    [InlineData("ssh", "1.6.0", "VERSION_1_5_0", 43)]
    public async Task Each_version_announces_its_own_arguments(string protocol, string version, string says, int names)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Version = version });
        using var user = PlainUser.To(guacd);
        await user.SendAsync("select", protocol);
        var args = await user.ReadAsync("args");
        args[0].ShouldBe(says);
        args.Arguments.Count.ShouldBe(names + 1);
    }

    [Fact(Timeout = Limit)]
    public async Task The_handshake_is_recorded_by_the_names_of_the_arguments()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        using var user = PlainUser.To(guacd);
        (await user.ConnectAsync()).ShouldStartWith("$");
        var seen = (await guacd.UserAsync()).Handshake;
        (seen.Selected, seen.Version, seen.Values["hostname"], seen.Values["quality-level"])
            .ShouldBe(("vnc", "VERSION_1_5_0", "hostname's value", "quality-level's value"));
        seen.Told["size"].ShouldBe(["640", "480", "96"]);
        seen.Told["audio"].ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_user_joins_by_the_connections_id_and_it_lives_as_long_as_one_of_them()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Joined = user => user.ClipboardAsync("joined") });
        using var owner = PlainUser.To(guacd);
        var id = await owner.ConnectAsync();
        using var guest = PlainUser.To(guacd);
        (await guest.ConnectAsync(id)).ShouldBe(id);
        await guest.ReadAsync("clipboard");
        owner.Dispose();
        await Eventually.TrueAsync(() => guacd.Connections.Count == 0);
        (await guacd.UserAsync(1)).Joins.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_connection_is_refused_with_a_status_and_an_unknown_protocol_without_a_word()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        using var guest = PlainUser.To(guacd);
        await guest.SendAsync("select", "$nobody");
        (await guest.ReadAsync("error"))[1].ShouldBe("516");
        using var other = PlainUser.To(guacd);
        await other.SendAsync("select", "telnet");
        (await other.ReadAsync()).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Ready_comes_before_the_values_are_counted()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        using var user = PlainUser.To(guacd);
        await user.SendAsync("select", "ssh");
        await user.ReadAsync("args");
        await user.SendAsync("connect", "VERSION_1_5_0", "host");
        await user.ReadAsync("ready");
        (await user.ReadAsync()).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_silent_user_is_told_776_and_dropped_after_nops()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { KeepAlive = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(8) });
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync();
        await user.ReadAsync("nop");
        (await user.ReadAsync("error"))[1].ShouldBe("776");
    }

    [Theory(Timeout = Limit)]
    [InlineData("9999.x,")]
    [InlineData("3.nopX")]
    [InlineData("x.nop;")]
    [InlineData("4.sync,15.9999999999999999;")]
    [InlineData("4.sync,14.99999999999999;")]
    public async Task A_user_who_breaks_the_protocol_is_dropped(string what)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync();
        await user.SendRawAsync(Encoding.UTF8.GetBytes(what));
        var seen = await guacd.UserAsync();
        await Eventually.TrueAsync(() => seen.Gone.IsCancellationRequested);
        seen.Failure.ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Lengths_are_code_points_even_when_every_byte_travels_alone()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { ByteByByte = true, Session = user => user.SendAsync(new Instruction("name", "a😀b")) });
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync();
        (await user.ReadAsync("name"))[0].ShouldBe("a😀b");
        new Instruction("name", "a😀b").ToString().ShouldBe("4.name,3.a😀b;");
    }

    [Fact(Timeout = Limit)]
    public async Task Files_are_listed_read_and_written_at_the_pace_of_acks()
    {
        var content = new byte[10_000];
        Random.Shared.NextBytes(content);
        var files = new RemoteFiles().Store("/docs/a.bin", content);
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Files = files });
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync();
        (await user.ReadAsync("filesystem"))[0].ShouldBe("0");
        (await GetAsync(user, "/")).ShouldBe("""{"/docs":"application/vnd.glyptodon.guacamole.stream-index+json"}"""u8.ToArray());
        (await GetAsync(user, "/docs/a.bin")).ShouldBe(content);

        await user.SendAsync("put", 0, 3, "text/plain", "/new.txt");
        (await user.ReadAsync("ack"))[2].ShouldBe("0");
        await user.SendAsync("blob", 3, Convert.ToBase64String("hello"u8));
        await user.ReadAsync("ack");
        await user.SendAsync("end", 3);
        await user.ReadAsync("ack");
        files.Files["/new.txt"].ShouldBe("hello"u8.ToArray());
    }

    private static async Task<byte[]> GetAsync(PlainUser user, string path)
    {
        await user.SendAsync("get", 0, path);
        var stream = (await user.ReadAsync("body")).Number(1);
        using var content = new MemoryStream();
        while (true)
        {
            await user.SendAsync("ack", stream, "OK", 0);
            var next = (await user.ReadAsync())!;
            if (next.Opcode == "end")
            {
                return content.ToArray();
            }

            content.Write(Convert.FromBase64String(next[1]));
        }
    }
}
