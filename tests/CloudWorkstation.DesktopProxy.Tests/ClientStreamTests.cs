using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.DesktopProxy.WebSockets;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>What the browser sends, cut in every way.</summary>
public sealed class ClientStreamTests
{
    // As noVNC says it: all that it could do.
    private const uint Caps = 0x1F00_0000;
    private const uint Request = 1 << 25;
    private const uint Peek = 1 << 26;
    private const uint Notify = 1 << 27;
    private const uint Provide = 1 << 28;

    private static readonly byte[][] Messages =
    [
        new byte[20],
        [2, 0, 0, 2, 0, 0, 0, 7, 0xC0, 0xA1, 0xE5, 0xCE],
        [3, 1, 0, 0, 0, 0, 4, 0, 3, 0],
        [4, 1, 0, 0, 0, 0, 0, 0x61],
        [5, 1, 0, 10, 0, 20],
        CutText([.. "hello"u8]),
        Extended(Provide | 1, 9),
        [150, 1, 0, 0, 0, 0, 4, 0, 3, 0],
        [248, 0, 0, 0, 0x80, 0, 0, 0, 2, 1, 2],
        [250, 0, 1, 2],
        [251, 0, 4, 0, 3, 0, 1, 0, .. new byte[16]],
        [255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 30],
    ];

    [Fact]
    public void Every_message_of_noVNC_passes_unchanged_however_frames_and_reads_cut_it()
    {
        var gen = from indexes in Gen.NonEmptyListOf(Gen.Choose(0, Messages.Length - 1))
                  from frame in Gen.Choose(1, 40)
                  from read in Gen.Choose(1, 40)
                  select (indexes, frame, read);
        Prop.ForAll(gen.ToArbitrary(), x =>
        {
            byte[] stream = [.. x.indexes.SelectMany(i => Messages[i])];
            var passed = Pass(ClipboardRule.Both, Frames(stream, x.frame), x.read, out var end);
            return end is null && passed.AsSpan().SequenceEqual(stream);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Whatever_bytes_come_nothing_breaks_and_only_known_messages_pass()
    {
        var gen = from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i))
                  from read in Gen.Choose(1, 30)
                  select (bytes, read);
        Prop.ForAll(gen.ToArbitrary(), x =>
        {
            Pass(ClipboardRule.Both, x.bytes, x.read, out _);
            var passed = Pass(ClipboardRule.Both, Frames(x.bytes, 7), x.read, out _);
            return passed.Length <= x.bytes.Length && passed.AsSpan().SequenceEqual(x.bytes.AsSpan(0, passed.Length));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("out")]
    [InlineData("off")]
    public void A_page_that_sends_its_clipboard_to_a_desktop_that_must_not_take_it_is_cut_off(string rule)
    {
        byte[] key = Messages[3];
        foreach (var lie in new[] { CutText([.. "secret"u8]), CutText([]), Extended(Provide | 1, 30), Extended(Notify | 1, 4) })
        {
            Pass(ClipboardRules.Parse(rule), Frames([.. key, .. lie, .. key], 5), 3, out var end).ShouldBe(key);
            end.ShouldBe(SessionEnd.Policy);
        }
    }

    [Theory]
    [InlineData("out")]
    [InlineData("in")]
    [InlineData("off")]
    public void What_noVNC_answers_by_itself_ends_nothing(string rule)
    {
        byte[] key = Messages[3];
        byte[][] answers = [Extended(Caps | 1, 8), Extended(Request | 1, 4), Extended(Peek, 4), Extended(Notify, 4), Extended(0, 4)];
        foreach (var answer in answers)
        {
            Pass(ClipboardRules.Parse(rule), Frames([.. answer, .. key], 5), 3, out var end)[^8..].ShouldBe(key);
            end.ShouldBeNull();
        }

        Pass(ClipboardRule.Out, Frames(answers[1], 5), 3, out _).ShouldBe(answers[1]);
    }

    [Fact]
    public void Who_may_only_look_is_cut_off_by_whatever_would_reach_the_desktop()
    {
        var viewer = new RfbRules(ClipboardRule.Off, IsViewOnly: true);
        foreach (var index in new[] { 3, 4, 5, 6, 9, 10, 11 })
        {
            Pass(viewer, Frames([.. Messages[2], .. Messages[index]], 7), 3, out var end).ShouldBe(Messages[2]);
            end.ShouldBe(SessionEnd.Policy);
        }

        Pass(viewer, Frames([.. Messages[2], .. Messages[7], .. Messages[8]], 7), 3, out var none).ShouldBe([.. Messages[2], .. Messages[7], .. Messages[8]]);
        none.ShouldBeNull();
    }

    [Fact]
    public void Encodings_that_nobody_can_follow_are_not_asked_for_where_the_stream_must_be_followed()
    {
        byte[] encodings = [2, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 99, 0, 0, 0, 0];
        Pass(ClipboardRule.Both, Frames(encodings, 8), 8, out _).ShouldBe(encodings);
        Pass(ClipboardRule.Out, Frames(encodings, 8), 8, out _).ShouldBe(encodings);
        Pass(ClipboardRule.In, Frames(encodings, 8), 5, out _).ShouldBe([2, 0, 0, 3, 0, 0, 0, 7, 0x43, 0x57, 0x53, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void A_pixel_format_that_comes_too_late_to_be_followed_ends_the_session()
    {
        var client = new ClientStream(new RfbRules(ClipboardRule.In)) { Server = new ServerStream(ClipboardRule.In, ScriptedVnc.ServerInit("x")) };
        Feed(client, [.. Messages[0], .. Messages[2]]);
        client.Ended.ShouldBeNull();

        Feed(client, Messages[0]);

        client.Ended.ShouldBe(SessionEnd.Policy);
    }

    [Fact]
    public void A_desktop_that_must_not_give_its_clipboard_hears_no_request_for_it_and_is_told_so_once_per_SetEncodings()
    {
        var passed = Pass(ClipboardRule.In, Frames([.. Messages[1], .. Extended(Caps | 1, 8), .. Extended(Request | 1, 4), .. Messages[3]], 6), 4, out var end);
        end.ShouldBeNull();
        passed.ShouldBe([.. Messages[1], .. ClipboardFilter.Insertion(ClipboardRule.In).ToArray(), .. Messages[3]]);
    }

    [Fact]
    public void The_length_of_a_pointer_event_is_never_in_doubt_under_a_clipboard_rule()
    {
        byte[] encodings = [2, 0, 0, 1, 0xFF, 0xFF, 0xFE, 0xC4];
        Pass(ClipboardRule.Out, Frames(encodings, 8), 8, out _).ShouldBe([2, 0, 0, 1, 0x43, 0x57, 0x53, 0]);
        Pass(ClipboardRule.Both, Frames([.. encodings, 5, 0x80, 0, 1, 0, 1, 1, .. Messages[3]], 8), 8, out var end).Length.ShouldBe(8 + 7 + 8);
        end.ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(77)]
    public void An_unknown_message_ends_the_session_and_is_not_forwarded(byte type)
    {
        Pass(ClipboardRule.Both, Frames([type, 0, 0, 0], 4), 4, out var end).ShouldBeEmpty();
        end.ShouldBe(SessionEnd.Protocol);
    }

    [Fact]
    public void An_impossible_clipboard_length_ends_the_session()
    {
        foreach (var length in new[] { int.MinValue, -3, int.MaxValue })
        {
            byte[] message = [6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), length);
            Pass(ClipboardRule.Both, Frames(message, 12), 12, out var end);
            end.ShouldBe(SessionEnd.Protocol);
        }
    }

    [Fact]
    public void Only_what_a_person_did_counts_as_input()
    {
        (string What, byte[] Message, int Counts)[] table =
        [
            ("pixel format", Messages[0], 0),
            ("encodings", Messages[1], 0),
            ("a request for pixels", Messages[2], 0),
            ("the same request again", Messages[2], 0),
            ("continuous updates", Messages[7], 0),
            ("a fence", Messages[8], 0),
            ("the size of the page", Messages[10], 0),
            ("the clipboard's capabilities", Extended(Caps | 1, 8), 0),
            ("a request for the desktop's clipboard", Extended(Request | 1, 4), 0),
            ("the pointer moves", [5, 0, 0, 10, 0, 20], 1),
            ("the pointer stays", [5, 0, 0, 10, 0, 20], 0),
            ("a button goes down", [5, 1, 0, 10, 0, 20], 1),
            ("the button is held", [5, 1, 0, 10, 0, 20], 0),
            ("the button goes up", [5, 0, 0, 10, 0, 20], 1),
            ("a finger touches, which comes as a pointer", [5, 1, 0, 99, 0, 20], 1),
            ("a key goes down", [4, 1, 0, 0, 0, 0, 0, 0x61], 1),
            ("a held key repeats", [4, 1, 0, 0, 0, 0, 0, 0x61], 1),
            ("a key goes up", [4, 0, 0, 0, 0, 0, 0, 0x61], 1),
            ("a key with its code", Messages[11], 1),
            ("clipboard text", Messages[5], 1),
            ("clipboard text of the extension", Extended(Provide | 1, 9), 1),
        ];
        var client = new ClientStream(new RfbRules(ClipboardRule.Both));
        foreach (var (what, message, counts) in table)
        {
            var before = client.Inputs;
            Feed(client, message);
            (client.Inputs - before).ShouldBe(counts, what);
        }
    }

    [Fact]
    public void Following_a_million_messages_allocates_nothing()
    {
        var (client, decoder) = (new ClientStream(new RfbRules(ClipboardRule.Both)), new FrameDecoder());
        var frame = RawBrowser.Frame(2, Messages[4]);
        var buffer = new byte[BrowserReader.Headroom + frame.Length];
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            Round();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Round()
        {
            frame.CopyTo(buffer, BrowserReader.Headroom);
            var (position, run) = (BrowserReader.Headroom, default(Run));
            var piece = decoder.Next(buffer, ref position);
            var from = piece.Start;
            client.Take(buffer, ref from, piece.Start + piece.Length, ref run);
        }
    }

    private static void Feed(ClientStream client, byte[] bytes)
    {
        byte[] buffer = [.. new byte[BrowserReader.Headroom], .. bytes];
        var (from, run) = (BrowserReader.Headroom, default(Run));
        client.Take(buffer, ref from, buffer.Length, ref run);
    }

    /// <summary>Runs bytes through decoder and filter as the upload pump does.</summary>
    private static byte[] Pass(ClipboardRule rule, byte[] wire, int read, out SessionEnd? end) => Pass(new RfbRules(rule), wire, read, out end);

    private static byte[] Pass(RfbRules rules, byte[] wire, int read, out SessionEnd? end)
    {
        var (client, decoder, passed) = (new ClientStream(rules), new FrameDecoder(), new List<byte>());
        foreach (var chunk in wire.Chunk(read))
        {
            byte[] buffer = [.. new byte[BrowserReader.Headroom], .. chunk];
            var (position, run) = (BrowserReader.Headroom, default(Run));
            while (position < buffer.Length && client.Ended is null && decoder.Failure.Length == 0)
            {
                var piece = decoder.Next(buffer, ref position);
                var (from, to) = (piece.Start, piece.Start + piece.Length);
                while (piece.Kind == PieceKind.Data && from < to && client.Ended is null)
                {
                    client.Take(buffer, ref from, to, ref run);
                    if (client.TakeInsertion() is { IsEmpty: false } insertion)
                    {
                        passed.AddRange(buffer[run.Start..run.End]);
                        passed.AddRange(insertion.ToArray());
                        run = default;
                    }
                }
            }

            if (client.Ended is not null)
            {
                break;
            }

            passed.AddRange(buffer[run.Start..run.End]);
        }

        end = client.Ended;
        return [.. passed];
    }

    private static byte[] Frames(byte[] stream, int size) => [.. stream.Chunk(size).SelectMany(c => RawBrowser.Frame(2, c))];

    private static byte[] CutText(byte[] text) => [6, 0, 0, 0, 0, 0, 0, (byte)text.Length, .. text];

    private static byte[] Extended(uint flags, int length)
    {
        var message = new byte[8 + length];
        message[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), -length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), flags);
        return message;
    }
}
