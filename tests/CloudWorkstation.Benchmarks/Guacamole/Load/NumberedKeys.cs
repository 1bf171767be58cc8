using System.Globalization;
using System.Text;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>Key events that carry numbers: the sender makes them, the receiver sees that none is missing, doubled or out of turn.</summary>
internal sealed class NumberedKeys
{
    private readonly byte[] _held = new byte[64];
    private int _heldLength;
    private int _next = First;

    private const int First = 100_000;

    /// <summary>What was wrong first.</summary>
    public string? Problem { get; private set; }

    public int Seen => _next - First;

    public static byte[] Make(int index) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"3.key,6.{First + index},1.1;"));

    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _held[_heldLength++ % _held.Length] = b;
            if (b == (byte)';')
            {
                Check(_held.AsSpan(0, Math.Min(_heldLength, _held.Length)));
                _heldLength = 0;
            }
        }
    }

    private void Check(ReadOnlySpan<byte> instruction)
    {
        // A tunnel speaks up for a page that is silent.
        if (instruction.SequenceEqual("3.nop;"u8))
        {
            return;
        }

        if (Problem is null && !instruction.SequenceEqual(Make(_next - First)))
        {
            Problem = $"guacd got '{Encoding.ASCII.GetString(instruction)}' in place of key {_next}";
        }

        _next++;
    }
}
