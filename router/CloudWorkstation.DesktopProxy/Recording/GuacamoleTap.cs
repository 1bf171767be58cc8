using CloudWorkstation.DesktopProxy.Engines;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Records Guacamole: guacd's instructions as they are, and of the page's the keys, the pointer and that there was something else.</summary>
internal sealed class GuacamoleTap(Recorder recorder) : IStreamTap
{
    private readonly GuacamoleInputs _inputs = new(recorder);

    public void ToBrowser(ReadOnlySpan<byte> bytes) => recorder.ToBrowser(bytes);

    public void ToDesktop(ReadOnlySpan<byte> bytes) => _inputs.Take(bytes);

    public Task RoomAsync() => recorder.RoomAsync();

    public void Release() => recorder.Release();

    public Task FinishAsync(string reason) => recorder.FinishAsync(reason);

    public void Dispose() => recorder.Dispose();
}
