using System.Buffers.Text;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Where the pointer was: the page repeats positions, and a pointer that did not change is nobody's doing.</summary>
internal sealed class MouseState
{
    private (int X, int Y, int Buttons)? _last;

    public bool IsChanged(ReadOnlySpan<byte> at, Instruction mouse)
    {
        var now = (Number(mouse.Value(at, 1)), Number(mouse.Value(at, 2)), Number(mouse.Value(at, 3)));
        var isChanged = _last != now;
        _last = now;
        return isChanged;
    }

    private static int Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out int number, out _) ? number : 0;
}
