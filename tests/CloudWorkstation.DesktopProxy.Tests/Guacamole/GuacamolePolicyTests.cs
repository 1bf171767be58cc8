using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

public sealed class GuacamolePolicyTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("both", true)]
    [InlineData("in", true)]
    [InlineData("out", false)]
    [InlineData("off", false)]
    [InlineData("whatever", false)]
    public async Task A_clipboard_goes_in_where_the_policy_lets_it_and_else_cuts_the_page_off(string clipboard, bool passes)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => api.Clipboard = clipboard);
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendRawAsync(GuacamolePage.Instruction("clipboard", 0, "text/plain") + GuacamolePage.Instruction("blob", 0, "cGFzdGVk") + GuacamolePage.Instruction("end", 0));
        var user = await guacd.UserAsync();
        if (passes)
        {
            await Eventually.TrueAsync(() => user.Clipboards.Count == 1);
            user.Clipboards.ShouldBe(["pasted"]);
            return;
        }

        var close = await page.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((4006, "771 policy"));
        user.Received.ShouldNotContain(i => i.Opcode == "clipboard" || i.Opcode == "blob");
    }

    [Theory(Timeout = Limit)]
    [InlineData("both", true)]
    [InlineData("out", true)]
    [InlineData("in", false)]
    [InlineData("off", false)]
    public async Task A_clipboard_comes_out_only_where_the_policy_lets_it(string clipboard, bool passes)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            await user.ClipboardAsync("copied");
            await user.EndFrameAsync();
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await StartAsync(guacd, api => api.Clipboard = clipboard);
        using var page = await GuacamolePage.OpenAsync(proxy);
        var opcodes = (await UntilAsync(page, "sync")).Select(i => i[0]);
        opcodes.ShouldBe(passes ? ["clipboard", "blob", "end", "sync"] : ["sync"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("both", "both", "false", "false", "false", "false")]
    [InlineData("in", "upload", "true", "false", "false", "true")]
    [InlineData("out", "download", "false", "true", "true", "false")]
    [InlineData("off", "off", "true", "true", "true", "true")]
    public async Task What_the_policy_says_is_told_to_guacd_as_well(string clipboard, string files, string copy, string paste, string upload, string download)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => (api.Clipboard, api.Files) = (clipboard, files));
        var parameters = new Dictionary<string, string>
        {
            ["disable-copy"] = "false",
            ["recording-path"] = "/tmp",
            ["drive-path"] = "/",
            ["enable-drive"] = "true",
            ["enable-sftp"] = "true",
            ["username"] = "ada",
            ["password"] = "another",
        };
        using var page = await GuacamolePage.OpenAsync(proxy, GuacamolePage.Target with { Protocol = "rdp", Parameters = parameters });
        var told = (await guacd.UserAsync()).Handshake.Values;
        (told["disable-copy"], told["disable-paste"], told["disable-upload"], told["disable-download"]).ShouldBe((copy, paste, upload, download));
        (told["sftp-disable-upload"], told["sftp-disable-download"], told["enable-sftp"]).ShouldBe((upload, download, files == "off" ? "false" : "true"));
        (told["recording-path"], told["drive-path"], told["enable-drive"]).ShouldBe(("", "", ""));
        (told["username"], told["password"], told["read-only"], told["resize-method"]).ShouldBe(("ada", "s3cret!x", "false", "display-update"));
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_where_none_may_be_is_refused_and_cut_off_when_it_goes_on()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Files = new RemoteFiles() });
        await using var proxy = await StartAsync(guacd, api => api.Files = "download");
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendAsync("file", 3, "text/plain", "a.txt");
        await page.SendAsync("blob", 3, "YWJj");
        (await page.ReadAsync("ack")).ShouldBe(["ack", "3", "upload", "771"]);
        await page.SendAsync("key", 97, 1);
        var user = await guacd.UserAsync();
        await user.WaitForAsync("key");
        user.Received.ShouldNotContain(i => i.Opcode == "file" || i.Opcode == "blob");
        var more = new string('A', 8000);
        for (var sent = 0; sent <= PageStream.RefusedBytes; sent += 6000)
        {
            await page.SendAsync("blob", 3, more);
        }

        (await page.ReadCloseAsync()).CloseReason.ShouldBe("771 policy");
    }

    [Fact(Timeout = Limit)]
    public async Task A_page_that_goes_on_opening_refused_uploads_is_cut_off()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => api.Files = "off");
        using var page = await GuacamolePage.OpenAsync(proxy);
        for (var i = 0; i < 9; i++)
        {
            await page.SendAsync("put", 0, i, "text/plain", "/a.txt");
        }

        (await page.ReadCloseAsync()).CloseCode.ShouldBe(4006);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_may_be_as_large_as_the_policy_lets_it_and_no_larger()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Files = new RemoteFiles() });
        await using var proxy = await StartAsync(guacd, api => (api.Files, api.FileMaximum) = ("both", 1));
        using var page = await GuacamolePage.OpenAsync(proxy);
        await UploadAsync(page, 1, "fits", 1 << 20);
        var user = await guacd.UserAsync();
        await Eventually.TrueAsync(() => user.Uploads.Count == 1);
        user.Uploads.Single().Content.Length.ShouldBe(1 << 20);
        await UploadAsync(page, 2, "large", (1 << 20) + 1);
        string[] ack;
        do
        {
            ack = await page.ReadAsync("ack");
        }
        while (ack[3] == "0");
        ack.ShouldBe(["ack", "2", "upload-size", "771"]);

        // guacd's file is closed, or it would stay open for good.
        (await user.WaitForAsync("end", 1))[0].ShouldBe("2");
    }

    [Theory(Timeout = Limit)]
    [InlineData("both", null, "passed")]
    [InlineData("download", 1, "passed")]
    [InlineData("upload", null, "download")]
    [InlineData("off", null, "download")]
    public async Task A_download_is_kept_back_where_none_may_be_and_both_sides_hear_of_it(string files, int? maximum, string expected)
    {
        var result = new TaskCompletionSource<Status>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            result.SetResult(await user.FileAsync("report.txt", "content"u8.ToArray()));
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await StartAsync(guacd, api => (api.Files, api.FileMaximum) = (files, maximum));
        using var page = await GuacamolePage.OpenAsync(proxy);
        if (expected == "passed")
        {
            var file = await page.ReadAsync("file");
            file[3].ShouldBe("report.txt");
            await page.SendAsync("ack", file[1], "OK", 0);
            await page.ReadAsync("blob");
            await page.SendAsync("ack", file[1], "OK", 0);
            (await page.ReadAsync("end"))[1].ShouldBe(file[1]);
        }
        else
        {
            (await page.ReadAsync("msg")).ShouldBe(["msg", "4006", "0", expected]);
        }

        (await result.Task).ShouldBe(expected == "passed" ? Status.Success : Status.ClientForbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task A_download_stops_where_it_becomes_larger_than_the_policy_lets_it()
    {
        var result = new TaskCompletionSource<Status>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            result.SetResult(await user.FileAsync("large.bin", new byte[(1 << 20) + 1]));
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await StartAsync(guacd, api => (api.Files, api.FileMaximum) = ("both", 1));
        using var page = await GuacamolePage.OpenAsync(proxy);
        string[] instruction;
        do
        {
            instruction = await page.ReadAsync();
            instruction[0].ShouldNotBe("end");
            if (instruction[0] is "file" or "blob")
            {
                await page.SendAsync("ack", instruction[1], "OK", 0);
            }
        }
        while (instruction[0] != "msg");
        instruction[3].ShouldBe("download-size");
        (await result.Task).ShouldBe(Status.ClientForbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task Folders_may_be_listed_to_upload_into_them_but_no_file_is_read()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Files = new RemoteFiles().Store("/secret.txt", "x"u8.ToArray()) });
        await using var proxy = await StartAsync(guacd, api => api.Files = "upload");
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.ReadAsync("filesystem");
        await page.SendAsync("get", 0, "/");
        var body = await page.ReadAsync("body");
        await page.SendAsync("ack", body[2], "OK", 0);
        await page.ReadAsync("blob");
        await page.SendAsync("ack", body[2], "OK", 0);
        await page.SendAsync("get", 0, "/secret.txt");
        (await page.ReadAsync("msg"))[3].ShouldBe("download");
    }

    [Theory(Timeout = Limit)]
    [InlineData("key,97,1")]
    [InlineData("mouse,1,1,0")]
    [InlineData("touch,0,1,1,1,1,0,1")]
    [InlineData("size,800,600")]
    [InlineData("clipboard,0,text/plain")]
    [InlineData("file,0,text/plain,a")]
    [InlineData("put,0,0,text/plain,a")]
    [InlineData("get,0,/")]
    [InlineData("pipe,0,text/plain,STDIN")]
    [InlineData("argv,0,text/plain,password")]
    [InlineData("audio,0,audio/L16")]
    [InlineData("blob,0,YQ==")]
    [InlineData("end,0")]
    public async Task Who_may_look_only_is_cut_off_for_anything_else(string instruction)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(GuacamoleSessionTests.OneFrame);
        await using var proxy = await StartAsync(guacd, api => (api.Access, api.Files) = ("view", "both"));
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendAsync("nop");
        await page.SendAsync("sync", (await page.ReadAsync("sync"))[1]);
        await page.SendAsync("ack", 0, "OK", 0);
        var user = await guacd.UserAsync();
        await user.WaitForAsync("ack");
        user.Handshake.Values["read-only"].ShouldBe("true");
        await page.SendAsync([.. instruction.Split(',')]);
        (await page.ReadCloseAsync()).CloseReason.ShouldBe("771 policy");
        user.Received.ShouldNotContain(i => i.Opcode == instruction.Split(',', 2)[0] && i.Arguments.SequenceEqual(instruction.Split(',').Skip(1)));
    }

    internal static Task<TestProxy> StartAsync(ScriptedGuacd guacd, Action<StubApi> prepare) => GuacamoleSessionTests.StartAsync(guacd, prepare: prepare);

    private static async Task<List<string[]>> UntilAsync(GuacamolePage page, string last)
    {
        var instructions = new List<string[]>();
        do
        {
            // A busy machine gives guacd the time to say that it lives.
            instructions.Add(await page.ReadAsync());
            instructions.RemoveAll(i => i[0] == "nop");
        }
        while (instructions.Count == 0 || instructions[^1][0] != last);
        return instructions;
    }

    private static async Task UploadAsync(GuacamolePage page, int stream, string name, int size)
    {
        await page.SendAsync("file", stream, "text/plain", name);
        foreach (var part in new byte[size].Chunk(6048))
        {
            await page.SendAsync("blob", stream, Convert.ToBase64String(part));
        }

        await page.SendAsync("end", stream);
    }
}
