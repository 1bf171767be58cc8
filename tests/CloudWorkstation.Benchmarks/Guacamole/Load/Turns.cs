using System.Diagnostics;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>Each of so many things once in a turn, spread evenly over it.</summary>
internal sealed class Turns(int count, TimeSpan turn, Action<int> act) : IPace
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly double _step = turn.TotalSeconds * Stopwatch.Frequency / count;
    private long _done;

    public long Run(long now)
    {
        for (; Due <= now; _done++)
        {
            act((int)(_done % count));
        }

        return Due;
    }

    private long Due => _begin + (long)(_done * _step);
}

/// <summary>Several paces at once.</summary>
internal sealed class Paces(params IPace[] all) : IPace
{
    public long Run(long now) => all.Min(pace => pace.Run(now));
}
