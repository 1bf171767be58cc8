using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>The scanner beside a second reading of the protocol, on whatever FsCheck thinks of.</summary>
public sealed class ScannerFuzzTests
{
    private const int Limit = 300_000;

    // Short ones for many cases, the long and the foreign for the others.
    private static readonly Gen<string> Text = Gen.Elements("", "a", "key", "sync", "blob", "äöü", "中文", "😀", "a😀b", "👩‍👩‍👧", "𝒳𝒴", "\0", ";,.", "1.a;", new string('x', 300), string.Concat(Enumerable.Repeat("😀", 40)));

    private static readonly Gen<string[]> Elements = Gen.Elements("key", "mouse", "blob", "4", "x😀").SelectMany(opcode => Text.ListOf(3).Select(rest => (string[])[opcode, .. rest]));

    private static readonly Gen<byte[]> Streams =
        from instructions in Elements.ListOf(4)
        from spoiled in Gen.Choose(0, 3)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from codePoints in Gen.Elements(true, false)
        let bytes = Encoding.UTF8.GetBytes(string.Concat(instructions.Select(i => GuacamoleReference.Write(i, codePoints))))
        select spoiled == 0 ? bytes : Mutator.Spoil(bytes, seed);

    [Fact(Timeout = Limit)]
    public Task What_the_scanner_takes_is_what_the_protocols_text_says() => CheckAsync((stream, codePoints, _) =>
    {
        var read = GuacamoleReference.Read(stream, codePoints);
        var (whole, refused) = Scan(stream, stream.Length, codePoints);
        var taken = whole.Select(i => GuacamoleReference.Read(Encoding.UTF8.GetBytes(i), codePoints).Instructions.Single());
        return taken.Select(Joined).SequenceEqual(read.Instructions.Select(Joined), StringComparer.Ordinal) && (!read.IsBroken || refused || IsCutBefore(stream, codePoints));
    });

    [Fact(Timeout = Limit)]
    public Task How_a_stream_is_cut_does_not_matter() => CheckAsync((stream, codePoints, cut) =>
    {
        var (whole, refused) = Scan(stream, stream.Length, codePoints);
        var (pieces, refusedToo) = Scan(stream, cut, codePoints);
        return whole.SequenceEqual(pieces, StringComparer.Ordinal) && refused == refusedToo;
    });

    [Fact(Timeout = Limit)]
    public Task An_instruction_counted_anew_says_the_same_to_the_other_side() => CheckAsync((stream, codePoints, _) =>
    {
        var (whole, _) = Scan(stream, stream.Length, codePoints);
        return whole.All(instruction =>
        {
            var bytes = Encoding.UTF8.GetBytes(instruction);
            var target = new byte[bytes.Length + InstructionLimits.OfGuacd.Elements];
            var length = Recount.Write(bytes, codePoints ? Counting.CodePoints : Counting.Utf16Units, target);
            var theirs = GuacamoleReference.Read(target[..length], !codePoints);
            return theirs is { IsBroken: false, Instructions: [var one] } && one.SequenceEqual(GuacamoleReference.Read(bytes, codePoints).Instructions[0], StringComparer.Ordinal);
        });
    });

    private static string Joined(string[] elements) => string.Join('\u0001', elements);

    /// <summary>A lie further on may stand behind something that may still become an element: the scanner waits for the rest of that.</summary>
    private static bool IsCutBefore(byte[] stream, bool codePoints)
    {
        var scanner = Scanner(codePoints);
        var at = 0;
        while (at < stream.Length && scanner.Next(stream.AsSpan(at), isAscii: false) == Scanned.Whole)
        {
            at += scanner.Found.Length;
        }

        return scanner.Failure.Length == 0;
    }

    private static (List<string> Whole, bool Refused) Scan(byte[] stream, int cut, bool codePoints)
    {
        var (scanner, whole, from) = (Scanner(codePoints), new List<string>(), 0);
        for (var to = Math.Min(cut, stream.Length); from < stream.Length; to = Math.Min(to + cut, stream.Length))
        {
            var scanned = Scanned.Whole;
            while (from < to && (scanned = scanner.Next(stream.AsSpan(from, to - from), isAscii: false)) == Scanned.Whole)
            {
                whole.Add(Encoding.UTF8.GetString(stream, from, scanner.Found.Length));
                from += scanner.Found.Length;
            }

            if (scanned == Scanned.Refused)
            {
                return (whole, true);
            }

            if (to == stream.Length)
            {
                break;
            }
        }

        return (whole, false);
    }

    private static InstructionScanner Scanner(bool codePoints) => new(codePoints ? Counting.CodePoints : Counting.Utf16Units, InstructionLimits.OfGuacd);

    private static Task CheckAsync(Func<byte[], bool, int, bool> holds)
    {
        var cases = from stream in Streams
                    from codePoints in Gen.Elements(true, false)
                    from cut in Gen.Choose(1, 40)
                    select (stream, codePoints, cut);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(cases.ToArbitrary(), c => holds(c.stream, c.codePoints, c.cut)));
        return Task.CompletedTask;
    }
}
