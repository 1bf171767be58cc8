using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>Where a JPEG file ends that nothing gives a length of: segment by segment, and through its scans to the next marker (ITU T.81 annex B).</summary>
internal sealed class JpegFollower
{
    private const byte Marker = 0xFF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    private Step _step;
    private byte _kind;

    private enum Step
    {
        Marker,
        Length,
        Scan,
    }

    public bool IsDone { get; private set; }

    public string Failure { get; private set; } = "";

    public void Begin() => (_step, IsDone) = (Step.Marker, false);

    public int HeadLength(ReadOnlySpan<byte> known) => _step == Step.Scan && (known.Length == 0 || known[0] != Marker) ? 1 : 2;

    public long Next(ReadOnlySpan<byte> head)
    {
        switch (_step)
        {
            case Step.Length:
                var length = BinaryPrimitives.ReadUInt16BigEndian(head);
                _step = _kind == StartOfScan ? Step.Scan : Step.Marker;
                return length - 2;
            case Step.Scan when head.Length == 1 || head[1] is 0 or (>= 0xD0 and <= 0xD7):
                return 0;
            default:
                Begin(head);
                return 0;
        }
    }

    private void Begin(ReadOnlySpan<byte> marker)
    {
        _kind = marker[1];
        IsDone = _kind == EndOfImage;
        _step = _kind is 1 or (>= 0xD0 and <= EndOfImage) ? Step.Marker : Step.Length;
        Failure = marker[0] == Marker ? "" : "a JPEG rectangle without a marker";
    }
}
