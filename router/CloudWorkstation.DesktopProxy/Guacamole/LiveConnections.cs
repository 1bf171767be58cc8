using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// guacd's connection of each desktop: the first session opens it, and every other (a second tab, somebody the desktop is shared with) joins it, as RDP
/// would throw the first one out and guacd spends a process on each. One handshake at a time for a desktop, so that two that come together share.
/// </summary>
internal sealed class LiveConnections
{
    private readonly Dictionary<string, Live> _desktops = new(StringComparer.Ordinal);

    /// <summary>Waits for the turn of this desktop; the result must be disposed of when the session is over.</summary>
    public async Task<Seat> EnterAsync(string desktop, DesktopTarget target, CancellationToken cancellationToken)
    {
        // Another address, password or parameter is another connection.
        var key = string.Join('\n', [desktop, target.Protocol, target.Host, $"{target.Port}", target.Secret, .. (target.Parameters ?? new Dictionary<string, string>()).Select(p => $"{p.Key}={p.Value}")]);
        Live live;
        lock (_desktops)
        {
            if (!_desktops.TryGetValue(key, out live!))
            {
                _desktops[key] = live = new Live();
            }

            live.Sessions++;
        }

        var seat = new Seat(live, () => Leave(key, live));
        try
        {
            await live.Turn.WaitAsync(cancellationToken);
            seat.HasTurn = true;
            return seat;
        }
        catch (OperationCanceledException)
        {
            seat.Dispose();
            throw;
        }
    }

    private void Leave(string key, Live live)
    {
        lock (_desktops)
        {
            if (--live.Sessions == 0)
            {
                _desktops.Remove(key);
                live.Turn.Dispose();
            }
        }
    }

    /// <summary>A desktop's connection and those who use it.</summary>
    internal sealed class Live
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public string? Id { get; set; }

        public int Sessions { get; set; }
    }

    /// <summary>One session's place at a connection.</summary>
    internal sealed class Seat(Live live, Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public bool HasTurn { get; set; }

        /// <summary>The connection to join; null when there is none yet. Only the one whose turn it is asks and sets.</summary>
        public string? Id
        {
            get => live.Id;
            set => live.Id = value;
        }

        /// <summary>Lets the next one shake hands.</summary>
        public void EndTurn()
        {
            if (HasTurn)
            {
                HasTurn = false;
                live.Turn.Release();
            }
        }

        public void Dispose()
        {
            EndTurn();
            Interlocked.Exchange(ref _leave, null)?.Invoke();
        }
    }
}
