using CloudWorkstation.DesktopProxy.Engines;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Records what comes from the desktop as it is, and of what goes to it what <paramref name="inputs"/> finds there.</summary>
internal sealed class RecordingTap(Recorder recorder, Action<ReadOnlySpan<byte>> inputs) : IStreamTap
{
    public void ToBrowser(ReadOnlySpan<byte> bytes) => recorder.ToBrowser(bytes);

    public void ToDesktop(ReadOnlySpan<byte> bytes) => inputs(bytes);

    public Task RoomAsync() => recorder.RoomAsync();

    public void Release() => recorder.Release();

    public Task FinishAsync(string reason) => recorder.FinishAsync(reason);

    public void Dispose() => recorder.Dispose();
}
