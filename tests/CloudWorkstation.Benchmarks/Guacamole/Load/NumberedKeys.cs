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
    private const int Bytes = 19;

    /// <summary>What was wrong first.</summary>
    public string? Problem { get; private set; }

    public int Seen => _next - First;

    public static byte[] Make(int index) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"3.key,6.{First + index},1.1;"));

    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _held[_heldLength++] = b;
            if (_heldLength == Bytes)
            {
                Check();
            }
        }
    }

    private void Check()
    {
        if (Problem is null && !_held.AsSpan(0, Bytes).SequenceEqual(Make(_next - First)))
        {
            Problem = $"guacd got '{Encoding.ASCII.GetString(_held, 0, Bytes)}' in place of key {_next}";
        }

        _next++;
        _heldLength = 0;
    }
}
