namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>The beginning of a message, put together from whatever pieces it comes in.</summary>
internal sealed class MessageHead(int maximum)
{
    private readonly byte[] _bytes = new byte[maximum];
    private int _length;

    /// <summary>What is there of it.</summary>
    public ReadOnlySpan<byte> Known => _bytes.AsSpan(0, _length);

    /// <summary>Takes from <c>buffer[from..to]</c> what is missing of <paramref name="needed"/> bytes; whether that was all of it.</summary>
    public bool Collect(byte[] buffer, ref int from, int to, int needed)
    {
        var take = Math.Min(needed - _length, to - from);
        buffer.AsSpan(from, take).CopyTo(_bytes.AsSpan(_length));
        _length += take;
        from += take;
        return _length == needed;
    }

    /// <summary>The head, of which nothing is known any more then; good until the next one is collected.</summary>
    public Span<byte> Take()
    {
        var head = _bytes.AsSpan(0, _length);
        _length = 0;
        return head;
    }
}
