using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.Guacamole;

internal enum StreamKind
{
    /// <summary>Nobody's rule: microphone, sound, answers to questions of the desktop's.</summary>
    Free,
    Clipboard,

    /// <summary>A file's content, with a limit and, towards the desktop, a person's doing.</summary>
    File,

    /// <summary>Refused: its peer was told, what is under way is dropped.</summary>
    Refused,
}

/// <summary>One direction's open streams that a rule is about, by index. Small and searched in order: a session has a handful.</summary>
internal sealed class StreamTable
{
    /// <summary>guacd knows no more of them for a user.</summary>
    public const int Maximum = 512;

    private readonly List<Entry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Opens a stream, in place of one of the same index; false when there are too many.</summary>
    public bool Open(int index, StreamKind kind)
    {
        Close(index);
        if (_entries.Count == Maximum)
        {
            return false;
        }

        _entries.Add(new Entry(index, kind, 0));
        return true;
    }

    /// <summary>The stream's place, a null reference when it is not open.</summary>
    public ref Entry Find(int index)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Index == index)
            {
                return ref entries[i];
            }
        }

        return ref System.Runtime.CompilerServices.Unsafe.NullRef<Entry>();
    }

    public void Close(int index)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Index == index)
            {
                _entries.RemoveAt(i);
                return;
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    internal record struct Entry(int Index, StreamKind Kind, long Bytes);
}
