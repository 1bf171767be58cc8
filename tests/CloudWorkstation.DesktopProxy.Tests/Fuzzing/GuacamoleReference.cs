using System.Text;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>
/// A second reading of the protocol's text, for whole streams and without the proxy's code: decode first, then count characters. Slow and simple.
/// </summary>
internal static class GuacamoleReference
{
    // What the proxy takes from a guacd.
    private const int MaximumDigits = 5;
    private const int MaximumLength = 32 * 1024;

    /// <summary>What a stream is made of: its whole instructions, and whether what follows them can still become one.</summary>
    internal sealed record Reading(IReadOnlyList<string[]> Instructions, bool IsBroken);

    public static Reading Read(byte[] stream, bool codePoints)
    {
        var instructions = new List<string[]>();
        var text = Decode(stream, out var isBroken);
        var at = 0;
        while (at < text.Count && TryTake(text, ref at, codePoints, out var elements, ref isBroken))
        {
            instructions.Add(elements);
        }

        return new Reading(instructions, isBroken);
    }

    /// <summary>As a peer writes it that counts so.</summary>
    public static string Write(IEnumerable<string> elements, bool codePoints) =>
        string.Join(',', elements.Select(e => $"{(codePoints ? e.EnumerateRunes().Count() : e.Length)}.{e}")) + ";";

    private static List<Rune> Decode(byte[] stream, out bool isBroken)
    {
        var runes = new List<Rune>();
        var rest = stream.AsSpan();
        while (rest.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            if (status != System.Buffers.OperationStatus.Done)
            {
                isBroken = status == System.Buffers.OperationStatus.InvalidData;
                return runes;
            }

            runes.Add(rune);
            rest = rest[consumed..];
        }

        isBroken = false;
        return runes;
    }

    private static bool TryTake(List<Rune> text, ref int from, bool codePoints, out string[] elements, ref bool isBroken)
    {
        var (found, at) = (new List<string>(), from);
        elements = [];
        while (true)
        {
            var digits = new string([.. text.Skip(at).TakeWhile(Rune.IsDigit).Where(r => r.IsAscii).Select(r => (char)r.Value)]);
            at += digits.Length;
            if (at >= text.Count)
            {
                isBroken |= digits.Length > MaximumDigits;
                return false;
            }

            if (digits.Length is 0 or > MaximumDigits || text[at].Value != '.' || long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) > MaximumLength)
            {
                isBroken = true;
                return false;
            }

            at++;
            var value = new StringBuilder();
            var left = long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            for (; left > 0 && at < text.Count; at++)
            {
                value.Append(text[at].ToString());
                left -= codePoints ? 1 : text[at].Utf16SequenceLength;
            }

            isBroken |= left < 0;
            if (left != 0 || at >= text.Count)
            {
                return false;
            }

            found.Add(value.ToString());
            var end = text[at++].Value;
            if (end == ';')
            {
                (elements, from) = ([.. found], at);
                return true;
            }

            if (end != ',')
            {
                isBroken = true;
                return false;
            }
        }
    }
}
