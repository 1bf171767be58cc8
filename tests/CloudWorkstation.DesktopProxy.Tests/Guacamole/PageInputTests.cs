using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Rfb;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

/// <summary>What of a page's instructions is a person's doing, and keeps a desktop awake.</summary>
public sealed class PageInputTests
{
    [Fact]
    public void Only_what_a_person_did_counts_as_input_and_every_piece_of_an_upload_does()
    {
        (string What, string Said, int Counts)[] table =
        [
            ("the answer to a frame", "4.sync,4.1000;", 0),
            ("a sign of life", "3.nop;", 0),
            ("the tunnel's ping", "0.,4.ping,4.1000;", 0),
            ("the size of the page", "4.size,4.1280,3.720;", 0),
            ("the answer to a download", "3.ack,1.1,2.OK,1.0;", 0),
            ("the pointer moves", "5.mouse,2.10,2.20,1.0;", 1),
            ("the pointer stays", "5.mouse,2.10,2.20,1.0;", 0),
            ("a button goes down", "5.mouse,2.10,2.20,1.1;", 1),
            ("a finger touches", "5.touch,1.0,2.10,2.20,1.5,1.5,1.0,3.1.0;", 1),
            ("a key goes down", "3.key,2.97,1.1;", 1),
            ("clipboard text", "9.clipboard,1.3,10.text/plain;", 1),
            ("an upload begins", "4.file,1.0,10.text/plain,5.a.txt;", 1),
            ("a piece of it", "4.blob,1.0,8.aGVsbG8h;", 1),
            ("the next piece", "4.blob,1.0,8.aGVsbG8h;", 1),
            ("its end", "3.end,1.0;", 0),
        ];
        var page = new PageStream(new GuacamoleRules(ClipboardRule.Both, true, true, long.MaxValue, long.MaxValue, false));
        foreach (var (what, said, counts) in table)
        {
            var before = page.Inputs;
            var buffer = new byte[256];
            var to = 64 + Encoding.ASCII.GetBytes(said, buffer.AsSpan(64));
            var (from, written) = (64, 64);

            page.Take(buffer, ref from, to, ref written);
            page.TakeAnswers();

            (page.Inputs - before).ShouldBe(counts, what);
            page.Ended.ShouldBeNull(what);
            from.ShouldBe(to, what);
        }
    }
}
