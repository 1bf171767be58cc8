using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;
using CloudWorkstation.Guacd.Translator;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests.Guacd;

/// <summary>The program that the browser tests use as guacd shows a real VNC server's screen.</summary>
public sealed class TranslatorTests
{
    private const int Limit = 120_000;
    private const int PngHead = 8;

    [Fact(Timeout = Limit)]
    public async Task A_real_VNC_servers_screen_arrives_as_pictures_and_follows_a_new_size()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "There is no Xtigervnc here.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var guacd = await ScriptedGuacd.StartAsync(TranslatorScript.Create());
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync("vnc", ValuesOf(vnc.Target));
        (await ReadSizeAsync(user)).ShouldBe((320, 200));
        (await ReadPictureAsync(user)).ShouldBe((320, 200));
        await user.SendAsync("sync", (await user.ReadAsync("sync"))[0]);

        await user.SendAsync("mouse", 10, 10, 0);
        await user.SendAsync("size", 400, 300);
        (await ReadSizeAsync(user)).ShouldBe((400, 300));
    }

    [Fact(Timeout = Limit)]
    public async Task Who_joins_sees_the_screen_that_is_there()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "There is no Xtigervnc here.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var guacd = await ScriptedGuacd.StartAsync(TranslatorScript.Create());
        using var owner = PlainUser.To(guacd);
        var id = await owner.ConnectAsync("vnc", ValuesOf(vnc.Target));
        await owner.ReadAsync("sync");
        using var guest = PlainUser.To(guacd);
        await guest.ConnectAsync(id, _ => "");
        (await ReadSizeAsync(guest)).ShouldBe((320, 200));
        (await ReadPictureAsync(guest)).ShouldBe((320, 200));
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_password_is_ready_first_and_519_then()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "There is no Xtigervnc here.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var guacd = await ScriptedGuacd.StartAsync(TranslatorScript.Create());
        using var user = PlainUser.To(guacd);
        await user.ConnectAsync("vnc", ValuesOf(vnc.Target with { Secret = "wrong" }));
        (await user.ReadAsync("error"))[1].ShouldBe("519");
    }

    private static Func<string, string> ValuesOf(DesktopTarget target) => name => name switch
    {
        "hostname" => target.Host,
        "port" => target.Port.ToString(CultureInfo.InvariantCulture),
        "password" => target.Secret,
        _ => "",
    };

    /// <summary>Of the screen itself: layer 0.</summary>
    private static async Task<(int Width, int Height)> ReadSizeAsync(PlainUser user)
    {
        while (true)
        {
            if (await user.ReadAsync("size") is { } size && size[0] == "0")
            {
                return (size.Number(1), size.Number(2));
            }
        }
    }

    /// <summary>The next picture on the screen, checked to the last row.</summary>
    private static async Task<(int Width, int Height)> ReadPictureAsync(PlainUser user)
    {
        while ((await user.ReadAsync("img"))[2] != "0")
        {
            // A cursor.
        }

        using var png = new MemoryStream();
        for (var next = (await user.ReadAsync())!; next.Opcode == "blob"; next = (await user.ReadAsync())!)
        {
            next[1].Length.ShouldBeLessThanOrEqualTo(8_192);
            png.Write(Convert.FromBase64String(next[1]));
        }

        var bytes = png.ToArray();
        int Number(int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
        var (width, height, header) = (Number(16), Number(20), PngHead + 12 + Number(8));
        using var data = new ZLibStream(new MemoryStream(bytes, header + 8, Number(header)), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        await data.CopyToAsync(rows);
        rows.Length.ShouldBe(((width * 3) + 1) * height);
        return (width, height);
    }
}
