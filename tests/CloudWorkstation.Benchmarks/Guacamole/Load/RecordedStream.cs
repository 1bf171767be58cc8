using System.Globalization;
using System.Text;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>
/// Instructions as guacd sends them for a window that is scrolled fast, with the sizes that were measured on a real one: 1,263 bytes on average, half of them at most 44, one in ten
/// over 6,349. Pictures are noise, so that no two places of the stream are alike.
/// </summary>
internal sealed class RecordedStream
{
    private const int Length = 4 << 20;
    private const int FrameInstructions = 50;
    private const double LargeShare = 0.10;
    private const double MediumShare = 0.115;

    public static readonly RecordedStream Instance = new();

    private readonly List<int> _sizes = [];
    private readonly bool[] _ends;

    private RecordedStream()
    {
        var text = new StringBuilder(Length + 10_000);

        // Only has to look like pixels.
#pragma warning disable CA5394
        var random = new Random(5);
        var debt = 0.0;
        while (text.Length < Length)
        {
            // Each picture brings two small instructions with it; the other small ones are what is left.
            debt += (1 / (LargeShare + MediumShare)) - 3;
            Picture(text, random, random.NextDouble() < LargeShare / (LargeShare + MediumShare) ? random.Next(6_349, 8_064) : random.Next(2_500, 6_349));
            for (; debt >= 1; debt--)
            {
                Small(text, random.Next(3), random);
            }
        }
#pragma warning restore CA5394

        Content = Encoding.ASCII.GetBytes(text.ToString());
        _ends = new bool[Content.Length + 1];
        for (var at = 0; (at = Array.IndexOf(Content, (byte)';', at) + 1) > 0;)
        {
            _ends[at] = true;
        }

        _ends[0] = true;
    }

    public byte[] Content { get; }

    public double MeanBytes => (double)Content.Length / _sizes.Count;

    /// <summary>Bytes of the instruction that a share of all does not exceed.</summary>
    public double Percentile(double share) => Statistics.Percentile(_sizes.Select(size => (double)size), share);

    /// <summary>Whether an instruction ends before this place of the repeated content.</summary>
    public bool EndsAt(long offset) => _ends[offset % Content.Length];

    /// <summary>The end of the last instruction within so many bytes of the repeated content.</summary>
    public long EndWithin(long length)
    {
        while (!EndsAt(length))
        {
            length--;
        }

        return length;
    }

    private void Picture(StringBuilder text, Random random, int size)
    {
        var pixels = new byte[size * 3 / 4];
#pragma warning disable CA5394
        random.NextBytes(pixels);
        Add(text, $"3.img,1.1,2.14,1.0,9.image/png,3.{random.Next(100, 999)},3.{random.Next(100, 999)};");
#pragma warning restore CA5394
        var blob = Convert.ToBase64String(pixels);
        Add(text, $"4.blob,1.1,{blob.Length}.{blob};");
        Add(text, $"3.end,1.1;");
    }

    private void Small(StringBuilder text, int kind, Random random)
    {
        if (_sizes.Count % FrameInstructions == 0)
        {
            kind = 3;
        }

#pragma warning disable CA5394
        FormattableString instruction = kind switch
        {
            0 => $"4.copy,1.0,3.{random.Next(100, 999)},3.{random.Next(100, 999)},2.64,2.16,2.14,1.0,3.{random.Next(100, 999)},3.{random.Next(100, 999)};",
            1 => $"4.rect,1.0,3.{random.Next(100, 999)},3.{random.Next(100, 999)},3.{random.Next(100, 999)},2.16;",
            2 => $"5.cfill,2.14,1.0,3.{random.Next(100, 255)},3.{random.Next(100, 255)},3.{random.Next(100, 255)},3.255;",
            _ => $"4.sync,13.1700000000000,1.1;",
        };
#pragma warning restore CA5394
        Add(text, instruction);
    }

    private void Add(StringBuilder text, FormattableString instruction)
    {
        var one = instruction.ToString(CultureInfo.InvariantCulture);
        _sizes.Add(one.Length);
        text.Append(one);
    }
}
