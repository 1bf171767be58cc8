using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>What a VNC server sends, cut in every way.</summary>
public sealed class ServerStreamTests
{
    private static readonly byte[] Init = ServerScript.Init;

    [Fact]
    public void Everything_passes_but_the_clipboard_however_reads_cut_it()
    {
        Prop.ForAll(ServerScript.Streams, Gen.Choose(1, 90).ToArbitrary(), (messages, read) =>
        {
            byte[] all = [.. messages.SelectMany(m => m.Bytes)];
            byte[] allowed = [.. messages.Where(m => !m.IsText).SelectMany(m => m.Bytes)];
            return Pass(ClipboardRule.Off, all, read, out var off).AsSpan().SequenceEqual(allowed) && off.IsBetweenMessages && off.Withheld == messages.Count(m => m.IsText)
                && Pass(ClipboardRule.Both, all, read, out var both).AsSpan().SequenceEqual(all) && both.IsBetweenMessages && both.Failure.Length == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Whatever_lies_a_server_tells_nothing_breaks_and_nothing_is_invented()
    {
        var spoilt = from messages in ServerScript.Streams.Generator
                     from places in Gen.ArrayOf(Gen.Choose(0, 5000))
                     from values in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i), 8)
                     from read in Gen.Choose(1, 90)
                     select (Spoil([.. messages.SelectMany(m => m.Bytes)], places, values), read);
        Prop.ForAll(spoilt.ToArbitrary(), x =>
        {
            var passed = Pass(ClipboardRule.Both, x.Item1, x.read, out _);
            var withheld = Pass(ClipboardRule.Off, x.Item1, x.read, out _);
            return passed.AsSpan().SequenceEqual(x.Item1.AsSpan(0, passed.Length)) && withheld.Length <= passed.Length;
        }).QuickCheckThrowOnFailure();
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).ToArbitrary(), noise => Pass(ClipboardRule.Off, noise, 7, out _).Length <= noise.Length).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_update_may_end_before_its_announced_number_of_rectangles()
    {
        byte[] update = [0, 0, 0xFF, 0xFF, .. ServerScript.Rectangle(1, 1, Encodings.CopyRect, [0, 0, 0, 0]), .. ServerScript.Rectangle(0, 0, Encodings.LastRect, [])];
        Pass(ClipboardRule.Off, [.. update, .. ServerScript.Text, 2], 3, out var stream).ShouldBe([.. update, 2]);
        stream.IsBetweenMessages.ShouldBeTrue();
    }

    [Fact]
    public void The_pixel_format_that_the_browser_sets_counts()
    {
        var stream = new ServerStream(ClipboardRule.Off, Init);
        stream.Use(new PixelLayout(1, 1));
        byte[] update = [0, 0, 0, 1, .. ServerScript.Rectangle(5, 3, Encodings.Raw, new byte[15])];

        Take(stream, [.. update, .. ServerScript.Text, 2]).ShouldBe([.. update, 2]);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(-314)]
    public void A_rectangle_of_unknown_length_ends_what_can_be_followed(int encoding)
    {
        Pass(ClipboardRule.Off, [0, 0, 0, 1, .. ServerScript.Rectangle(5, 3, encoding, new byte[100])], 50, out var stream).Length.ShouldBe(4);
        stream.Failure.ShouldContain($"encoding {encoding}");
    }

    [Fact]
    public void A_giant_length_hides_nothing()
    {
        Pass(ClipboardRule.Off, [0, 0, 0, 1, .. ServerScript.Rectangle(5, 3, Encodings.Zrle, [0xFF, 0xFF, 0xFF, 0xFF]), .. ServerScript.Text], 9, out var stream);
        stream.Failure.ShouldNotBeEmpty();
    }

    [Fact]
    public void In_one_direction_the_servers_questions_pass_and_its_announcements_do_not()
    {
        byte[] caps = ServerScript.Extended(0x1F00_0001, 4), request = ServerScript.Extended(1 << 25 | 1, 0), notify = ServerScript.Extended(1 << 27 | 1, 0), provide = ServerScript.Extended(1 << 28 | 1, 9);
        byte[] all = [.. caps, .. request, .. notify, .. provide];
        Pass(ClipboardRule.In, all, 5, out _).ShouldBe([.. caps, .. request]);
        Pass(ClipboardRule.Off, all, 5, out _).ShouldBe(caps);
        Pass(ClipboardRule.Out, all, 5, out _).ShouldBe(all);
    }

    [Fact]
    public void Following_a_hundred_thousand_updates_allocates_nothing()
    {
        var stream = new ServerStream(ClipboardRule.Off, Init);
        byte[] update = [0, 0, 0, 2, .. ServerScript.Rectangle(40, 40, Encodings.Hextile, ServerScript.Tiles(40, 40, 4)), .. ServerScript.Rectangle(9, 9, Encodings.Tight, [0x40, 1, 1, 1, 2, 3, 4, 5, 6, 2, 7, 7]), .. ServerScript.Text];
        var buffer = new byte[ServerStream.Headroom + update.Length];
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            Round();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        (stream.Failure, stream.Withheld).ShouldBe(("", 100_001));

        void Round()
        {
            update.CopyTo(buffer, ServerStream.Headroom);
            stream.Take(buffer, ServerStream.Headroom, buffer.Length);
        }
    }

    internal static byte[] Pass(ClipboardRule rule, byte[] bytes, int read, out ServerStream stream, byte[]? init = null)
    {
        var follower = stream = new ServerStream(rule, init ?? Init);
        return [.. bytes.Chunk(read).SelectMany(chunk => follower.Failure.Length > 0 ? [] : Take(follower, chunk))];
    }

    internal static byte[] Take(ServerStream stream, byte[] chunk)
    {
        byte[] buffer = [.. new byte[ServerStream.Headroom], .. chunk];
        var run = stream.Take(buffer, ServerStream.Headroom, buffer.Length);
        return buffer[run.Start..run.End];
    }

    private static byte[] Spoil(byte[] bytes, int[] places, byte[] values)
    {
        for (var i = 0; i < places.Length && bytes.Length > 0; i++)
        {
            bytes[places[i] % bytes.Length] = values[i % values.Length];
        }

        return bytes;
    }
}
