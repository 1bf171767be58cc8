using System.Buffers;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>The beginning of an instruction whose rest has not come, kept in an array of about its own size while nothing moves.</summary>
internal sealed class Carry
{
    private byte[]? _bytes;
    private int _length;

    public Carry(ReadOnlySpan<byte> bytes) => Keep(bytes);

    public bool IsEmpty => _length == 0;

    public void Keep(ReadOnlySpan<byte> bytes)
    {
        _length = bytes.Length;
        if (_length > 0)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(_length);
            bytes.CopyTo(_bytes);
        }
    }

    /// <summary>Gives the bytes back; the result is how many there were.</summary>
    public int MoveTo(Span<byte> target)
    {
        if (_bytes is not { } bytes)
        {
            return 0;
        }

        bytes.AsSpan(0, _length).CopyTo(target);
        ArrayPool<byte>.Shared.Return(bytes);
        var length = _length;
        (_bytes, _length) = (null, 0);
        return length;
    }
}
