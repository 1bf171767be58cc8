using System.Threading.Channels;
using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Haproxy;
using CloudWorkstation.Router.Health;
using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router;

/// <summary>
/// The one loop that writes: takes all messages that are there, brings the files up to date, then HAProxy. Files come first, so that
/// a HAProxy which starts at any moment reads something that is true.
/// </summary>
internal sealed class RouterAgent(
    RouterDirectory directory,
    Channel<FeedMessage> messages,
    KeyPublisher keys,
    RuntimeMaps maps,
    HaproxySocket runtime,
    AgentStatus status,
    FeedMarks marks,
    TimeProvider time,
    ILogger<RouterAgent> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>While a new worker takes over, a command may still reach the old one: compare whole maps every second for this long.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>However sure we are, compare whole maps this often.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);

    private readonly RouterState _state = new();
    private HaproxyWorker? _worker;
    private DateTimeOffset _settledAt;
    private DateTimeOffset _recheckAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _state.Load(directory);
        var beating = BeatAsync(stoppingToken);
        while (await messages.Reader.WaitToReadAsync(stoppingToken))
        {
            if (Take() || _state.Behind)
            {
                await PublishAsync(stoppingToken);
            }

            ReachMarks();
        }

        await beating;
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            messages.Writer.TryWrite(new FeedMessage.Tick());
        }
    }

    /// <summary>Applies everything that waits; true when one of it asks for a look at HAProxy even if nothing changed.</summary>
    private bool Take()
    {
        var look = false;
        while (messages.Reader.TryRead(out var message))
        {
            look |= message is FeedMessage.Tick or FeedMessage.Keys or FeedMessage.Synced;
            _state.Apply(message);
            status.Heard(message, time.GetUtcNow());
        }

        _state.Prune(time.GetUtcNow());
        return look;
    }

    /// <summary>Where nothing is behind any more, HAProxy has all that the feed said. A HAProxy that is not running has nothing to wait for.</summary>
    private void ReachMarks()
    {
        if (_worker is not null && _state.Maps.All(m => m.Changed.Count == 0))
        {
            foreach (var mark in _state.TakeMarks())
            {
                marks.Reached(mark);
            }
        }
    }

    /// <summary>Whatever fails stays marked as behind, and the next beat tries again.</summary>
    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        string? fault = null;
        try
        {
            WriteFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep a session alive that was revoked: HAProxy is told all the same.
            fault = e.Message;
        }

        try
        {
            await UpdateHaproxyAsync(cancellationToken);
        }
        catch (HaproxyException e)
        {
            maps.Forget();
            fault ??= e.Message;
        }

        if (fault is not null)
        {
            log.LogWarning("The router is behind: {Reason}", fault);
        }

        status.Published(_state, _worker, keys.SettledAt, fault);
    }

    private void WriteFiles()
    {
        if (_state.Keys is { } current)
        {
            keys.Write(current, _state[MapNames.Kid]);
        }

        foreach (var map in _state.Maps.Where(m => m.Unwritten))
        {
            // Routes come again with the first snapshot after a power cut; who was signed out must be known before it.
            AtomicFile.Write(directory.MapFile(map.Name), MapFile.Format(map.Entries), durable: map.Name is MapNames.Deny or MapNames.Kid);
            map.Written();
        }
    }

    private async Task UpdateHaproxyAsync(CancellationToken cancellationToken)
    {
        var worker = await HaproxyWorker.FindAsync(runtime, cancellationToken);
        if (worker is not null)
        {
            worker = await keys.EnsureLoadedAsync(worker, cancellationToken);
        }

        Notice(worker);
        if (worker is null)
        {
            return;
        }

        foreach (var map in _state.Maps)
        {
            await maps.ApplyAsync(map, cancellationToken);
        }

        await maps.VerifyAsync(_state.Maps, cancellationToken);
    }

    private void Notice(HaproxyWorker? worker)
    {
        var now = time.GetUtcNow();
        if (worker?.Pid != _worker?.Pid)
        {
            log.LogInformation("HAProxy's worker is {New} now, it was {Old}.", worker?.Pid.ToString() ?? "not running", _worker?.Pid.ToString() ?? "not running");
            _worker = worker;
            _settledAt = now + Settling;
        }
        else if (now < _recheckAt)
        {
            return;
        }

        maps.Forget();
        _recheckAt = now + (now < _settledAt ? Beat : Recheck);
    }
}
