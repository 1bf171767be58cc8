using CloudWorkstation.DesktopProxy.Engines;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Records RFB: what comes from the server as it is, and of what goes to it the keys, the pointer and that there was a clipboard.</summary>
internal sealed class RfbTap(Recorder recorder) : IStreamTap
{
    private readonly RfbInputs _inputs = new(recorder);

    public void ToBrowser(ReadOnlySpan<byte> bytes) => recorder.ToBrowser(bytes);

    public void ToDesktop(ReadOnlySpan<byte> bytes) => _inputs.Take(bytes);

    public Task RoomAsync() => recorder.RoomAsync();

    public void Release() => recorder.Release();

    public Task FinishAsync(string reason) => recorder.FinishAsync(reason);

    public void Dispose() => recorder.Dispose();
}
