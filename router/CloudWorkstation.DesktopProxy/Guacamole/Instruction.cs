using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Where an element's value stands, counted from the instruction's first byte.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Element(int Start, int Length);

/// <summary>
/// One whole instruction as it stands in a buffer: nothing is copied and nothing decoded. The first few elements are remembered, which are all
/// that a rule is about; element 0 is the opcode. One object for each direction of a session, used again and again.
/// </summary>
internal sealed class Instruction
{
    // No rule asks for more of them.
    private readonly Element[] _first = new Element[6];

    /// <summary>Bytes up to and including the semicolon.</summary>
    public int Length { get; set; }

    /// <summary>Elements with the opcode.</summary>
    public int Count { get; private set; }

    /// <summary>Some character lies outside the BMP, so the two sides count one of the lengths differently.</summary>
    public bool IsCountedDifferently { get; set; }

    public void Clear() => (Length, Count, IsCountedDifferently) = (0, 0, false);

    public void Add(int start, int length)
    {
        if (Count < _first.Length)
        {
            _first[Count] = new Element(start, length);
        }

        Count++;
    }

    /// <summary>An element's bytes; empty when there is none.</summary>
    /// <param name="at">Begins with the instruction's first byte.</param>
    /// <param name="index">0 for the opcode.</param>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> at, int index) =>
        index < Math.Min(Count, _first.Length) ? at.Slice(_first[index].Start, _first[index].Length) : default;
}
