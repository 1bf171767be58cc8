using CloudWorkstation.Router.Haproxy;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router.Keys;

/// <summary>
/// Puts the api's public keys into the three slots. HAProxy reads key files only when it starts, so a new key is the one thing that
/// needs a reload; the api publishes each key one rotation ahead, so nobody waits for it.
/// </summary>
internal sealed class KeyPublisher(RouterDirectory directory, HaproxySocket master, HaproxySocket runtime, TimeProvider time, ILogger<KeyPublisher> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private IReadOnlyList<TokenKey>? _written;
    private int? _loadedBy;
    private DateTimeOffset _notBefore;

    /// <value>
    /// A HAProxy that starts from then on shows by its start time, which it tells in whole seconds, that it has read the newest keys;
    /// one that starts earlier is reloaded to be sure.
    /// </value>
    public DateTimeOffset SettledAt => DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(Newest).ToUnixTimeSeconds() + 1);

    private DateTime Newest => KeySlots.All.Max(s => File.GetLastWriteTimeUtc(directory.KeyFile(s)));

    /// <summary>Writes key files that differ and says in <paramref name="kids"/> which key id is checked with which slot.</summary>
    public void Write(IReadOnlyList<TokenKey> keys, DesiredMap kids)
    {
        if (ReferenceEquals(keys, _written))
        {
            return;
        }

        var usable = keys.Where(Usable).ToList();
        foreach (var key in usable)
        {
            var pem = key.PublicPem();
            var file = directory.KeyFile(key.Slot);
            if (!File.Exists(file) || !string.Equals(File.ReadAllText(file), pem, StringComparison.Ordinal))
            {
                AtomicFile.Write(file, pem);
                _loadedBy = null;
                log.LogInformation("Key {Kid} is in slot {Slot} now.", key.Kid, key.Slot);
            }
        }

        kids.Replace(usable.ToDictionary(k => k.Kid, k => KeySlots.Reference(k.Slot), StringComparer.Ordinal));
        _written = keys;
    }

    /// <summary>Reloads HAProxy when <paramref name="worker"/> is older than the newest key file; returns the worker that answers then.</summary>
    public async Task<HaproxyWorker> EnsureLoadedAsync(HaproxyWorker worker, CancellationToken cancellationToken)
    {
        if (worker.Pid == _loadedBy || time.GetUtcNow() < _notBefore)
        {
            return worker;
        }

        if (Newest >= worker.StartedAt.UtcDateTime)
        {
            worker = await ReloadAsync(worker, cancellationToken);
        }

        _loadedBy = worker.Pid;
        return worker;
    }

    private bool Usable(TokenKey key)
    {
        if (key.Fault() is not { } fault)
        {
            return true;
        }

        log.LogError("A key of the api is not used: {Fault}.", fault);
        return false;
    }

    private async Task<HaproxyWorker> ReloadAsync(HaproxyWorker old, CancellationToken cancellationToken)
    {
        // The master replaces itself on the spot, so this command has no reply; the new worker's answer is the proof.
        await master.AskAsync("reload", cancellationToken);
        var deadline = time.GetUtcNow() + Patience;
        while (time.GetUtcNow() < deadline)
        {
            if (await HaproxyWorker.FindAsync(runtime, cancellationToken) is { } worker && worker.Pid != old.Pid)
            {
                log.LogInformation("HAProxy has the new keys; open desktops stay with worker {Old} until they are closed.", old.Pid);
                return worker;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }

        _notBefore = time.GetUtcNow() + PauseAfterFailure;
        throw new HaproxyException("HAProxy did not come back with a new worker after a reload. 'haproxy -c' with its environment says why.");
    }
}
