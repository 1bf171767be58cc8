using System.Diagnostics;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>
/// Twenty round trips per second and session, somebody who types while moving the pointer, spread evenly: session i of n begins i/n of a turn after the
/// first. A session whose answer is late misses its turns until it has come.
/// </summary>
internal sealed class EchoPace(IReadOnlyList<LoadSession> sessions) : IPace
{
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly double _step = Turn.TotalSeconds * Stopwatch.Frequency / sessions.Count;
    private long _done;

    public long Run(long now)
    {
        for (; Due <= now; _done++)
        {
            sessions[(int)(_done % sessions.Count)].BeginTrip();
        }

        return Due;
    }

    private long Due => _begin + (long)(_done * _step);
}
