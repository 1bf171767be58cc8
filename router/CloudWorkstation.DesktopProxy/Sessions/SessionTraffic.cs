namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>What the pumps count. Each field has one writer; readers see whole values.</summary>
internal sealed class SessionTraffic(TimeProvider time)
{
    private long _toBrowser;
    private long _toDesktop;
    private long _inputs;
    private long _lastInput;
    private long _firstFrame;

    public long BytesToBrowser => Volatile.Read(ref _toBrowser);

    public long BytesToDesktop => Volatile.Read(ref _toDesktop);

    public DateTimeOffset? LastInputAt =>
        Volatile.Read(ref _lastInput) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <value>When the person could first see something; null until then.</value>
    public DateTimeOffset? FirstFrameAt =>
        Volatile.Read(ref _firstFrame) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>The engine has sent the browser its first pixels; only the first call counts.</summary>
    public void FirstFrame()
    {
        if (_firstFrame == 0)
        {
            Volatile.Write(ref _firstFrame, time.GetUtcNow().UtcTicks);
        }
    }

    public void AddToBrowser(int bytes) => Volatile.Write(ref _toBrowser, _toBrowser + bytes);

    /// <summary>Counts bytes to the desktop; <paramref name="inputs"/> is the total so far, a rise makes now the time of the last input.</summary>
    public void AddToDesktop(int bytes, long inputs)
    {
        Volatile.Write(ref _toDesktop, _toDesktop + bytes);
        if (inputs > _inputs)
        {
            _inputs = inputs;
            Volatile.Write(ref _lastInput, time.GetUtcNow().UtcTicks);
        }
    }
}
