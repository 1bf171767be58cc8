using System.Collections.Concurrent;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>The live sessions of this process.</summary>
internal sealed class SessionRegistry(ProxySettings settings)
{
    private readonly ConcurrentDictionary<DesktopSession, Task> _sessions = new();
    private volatile bool _draining;

    public int Count => _sessions.Count;

    /// <summary>Whether another session would be taken.</summary>
    public bool IsOpen => !_draining && _sessions.Count < settings.MaximumSessions;

    /// <summary>Runs a session to its end.</summary>
    public async Task RunAsync(DesktopSession session)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = done.Task;
        try
        {
            if (_draining)
            {
                session.End(SessionEnd.GoingAway);
            }

            await session.RunAsync();
        }
        finally
        {
            _sessions.TryRemove(session, out _);
            done.SetResult();
        }
    }

    /// <summary>Ends every session that matches; returns at once.</summary>
    public void EndWhere(Func<DesktopSession, bool> matches, SessionEnd end)
    {
        foreach (var (session, _) in _sessions)
        {
            if (matches(session))
            {
                session.End(end);
            }
        }
    }

    /// <summary>Takes no more sessions, tells the browsers to come back elsewhere and waits for them to go.</summary>
    public async Task DrainAsync()
    {
        _draining = true;
        EndWhere(_ => true, SessionEnd.GoingAway);
        await Task.WhenAll(_sessions.Values);
    }
}
