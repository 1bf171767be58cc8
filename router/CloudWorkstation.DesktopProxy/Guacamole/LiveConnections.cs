using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// guacd's connection of each desktop: the owner's first session opens it, and every other (a second tab, somebody the desktop is shared with) joins it, as
/// RDP would throw the first one out and guacd spends a process on each. One handshake at a time for a desktop, so that two that come together share.
/// What guacd may do in a connection is settled by who opens it: a guest never opens the one that the owner will join, and none outlives the owner's leaving.
/// </summary>
internal sealed class LiveConnections
{
    private readonly Dictionary<string, Live> _desktops = new(StringComparer.Ordinal);

    /// <summary>Those who share a connection.</summary>
    internal enum Circle
    {
        /// <summary>The owner, and the guests who found the owner there.</summary>
        Owner,

        /// <summary>Guests in control of a screen that lets in several sessions, while the owner is not here.</summary>
        Guests,

        /// <summary>The same of those who look only.</summary>
        Viewers,
    }

    /// <summary>Waits for the turn of this desktop; the result must be disposed of when the session is over.</summary>
    /// <param name="circle">With whom.</param>
    /// <param name="desktop">The desktop.</param>
    /// <param name="target">Where it is; another address, password or parameter is another connection.</param>
    /// <param name="abandoned">For who only joins: called when those have left to whom the connection belongs. Null for one of them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Seat> EnterAsync(Circle circle, string desktop, DesktopTarget target, Action? abandoned, CancellationToken cancellationToken)
    {
        var key = string.Join('\n', [$"{circle}", desktop, target.Protocol, target.Host, $"{target.Port}", target.Secret, .. (target.Parameters ?? new Dictionary<string, string>()).Select(p => $"{p.Key}={p.Value}")]);
        Seat seat;
        lock (_desktops)
        {
            if (!_desktops.TryGetValue(key, out var live))
            {
                _desktops[key] = live = new Live();
            }

            seat = new Seat(live, abandoned, leaving => Leave(key, live, leaving));
            live.Seats.Add(seat);
        }

        try
        {
            await seat.TurnAsync(cancellationToken);
            return seat;
        }
        catch (OperationCanceledException)
        {
            seat.Dispose();
            throw;
        }
    }

    private void Leave(string key, Live live, Seat leaving)
    {
        IReadOnlyList<Seat> left;
        lock (_desktops)
        {
            live.Seats.Remove(leaving);
            left = live.IsOver || live.Seats.Any(s => s.Abandoned is null) ? [] : [.. live.Seats];
            if (left.Count > 0 || live.Seats.Count == 0)
            {
                live.IsOver = true;
                if (_desktops.GetValueOrDefault(key) == live)
                {
                    _desktops.Remove(key);
                }
            }

            if (live.Seats.Count == 0)
            {
                live.Turn.Dispose();
            }
        }

        foreach (var seat in left)
        {
            seat.Abandoned!();
        }
    }

    /// <summary>A desktop's connection and those who use it.</summary>
    internal sealed class Live
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public string? Id { get; set; }

        public List<Seat> Seats { get; } = [];

        /// <summary>Nobody joins it any more.</summary>
        public volatile bool IsOver;
    }

    /// <summary>One session's place at a connection.</summary>
    internal sealed class Seat(Live live, Action? abandoned, Action<Seat> leave) : IDisposable
    {
        private Action<Seat>? _leave = leave;
        private bool _hasTurn;

        public Action? Abandoned => abandoned;

        public bool IsOver => live.IsOver;

        /// <summary>The connection to join; null when there is none yet. Only the one whose turn it is asks and sets.</summary>
        public string? Id
        {
            get => live.IsOver ? null : live.Id;
            set => live.Id = value;
        }

        public async Task TurnAsync(CancellationToken cancellationToken)
        {
            await live.Turn.WaitAsync(cancellationToken);
            _hasTurn = true;
        }

        /// <summary>Lets the next one shake hands.</summary>
        public void EndTurn()
        {
            if (_hasTurn)
            {
                _hasTurn = false;
                live.Turn.Release();
            }
        }

        public void Dispose()
        {
            EndTurn();
            Interlocked.Exchange(ref _leave, null)?.Invoke(this);
        }
    }
}
