using System.Security.Cryptography;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>
/// The signing keys in memory, replaced as a whole by a rotation. A new key is published one rotation before it signs, so every
/// router has it by then; the one before stays verified, so nobody is signed out.
/// </summary>
internal sealed partial class KeyRing : IKeyRing, IDisposable
{
    /// <summary>Within this time of a rotation, tokens signed with the key that the next rotation drops may still be valid.</summary>
    private static readonly TimeSpan MinimumInterval = 2 * SessionLimits.TokenLifetime;

    private readonly IKeyStorage storage;
    private readonly IAuditLog audit;
    private readonly TimeProvider time;
    private readonly ILogger<KeyRing> logger;
    private readonly SemaphoreSlim rotating = new(1);
    private readonly Lock first = new();
    private volatile Loaded? loaded;
    private RsaKey? desktopProxyKey;

    public KeyRing(IKeyStorage storage, IAuditLog audit, TimeProvider time, ILogger<KeyRing> logger)
    {
        this.storage = storage;
        this.audit = audit;
        this.time = time;
        this.logger = logger;
    }

    public event EventHandler? Changed;

    public RsaKey Current => InForce.Current;

    public RsaKey DesktopProxyKey
    {
        get
        {
            _ = InForce;
            return desktopProxyKey!;
        }
    }

    public IReadOnlyList<PublishedKey> Published => InForce.Published;

    /// <value>When the keys last changed their roles.</value>
    public DateTimeOffset Since => InForce.Ring.Since;

    public RsaKey? Find(string kid) => InForce.Keys.GetValueOrDefault(kid);

    public async Task<Outcome<IReadOnlyList<PublishedKey>>> RotateAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        await rotating.WaitAsync(cancellationToken);
        try
        {
            if (await TryRotateAsync(cancellationToken) is { } problem)
            {
                return problem;
            }
        }
        finally
        {
            rotating.Release();
        }

        // The rotation is a fact once it is stored; it is recorded even if the caller has gone.
        await audit.RecordAsync(actor, AuditActions.KeysRotate, "key/" + Current.Kid, AuditResults.Accepted, null, CancellationToken.None);
        Changed?.Invoke(this, EventArgs.Empty);
        return Outcome<IReadOnlyList<PublishedKey>>.From(Published);
    }

    /// <summary>Takes over what another process of the product has rotated.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await rotating.WaitAsync(cancellationToken);
        try
        {
            var before = InForce;
            var ring = await ReadOrMakeAsync(cancellationToken);
            if (ring.State.IsSameAs(before.Ring))
            {
                return;
            }

            loaded = Load(ring);
        }
        finally
        {
            rotating.Release();
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }

    public void Dispose()
    {
        rotating.Dispose();
        desktopProxyKey?.Dispose();
    }

    // Whoever is first waits for the keys: no request can be answered without them. Not in the constructor, for the store may be set up, or
    // come back, only after the process's parts were put together.
    private Loaded InForce
    {
        get
        {
            if (loaded is { } known)
            {
                return known;
            }

            lock (first)
            {
                if (loaded is null)
                {
                    var ring = Load(ReadOrMakeAsync(CancellationToken.None).GetAwaiter().GetResult());
                    desktopProxyKey = RsaKey.FromPem("desktop-proxy", storage.DesktopProxyPemAsync(CancellationToken.None).GetAwaiter().GetResult());
                    loaded = ring;
                }

                return loaded;
            }
        }
    }

    /// <summary>Keys that were dropped are left to the collector: a request may be verifying with one.</summary>
    private async Task<Problem?> TryRotateAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = await ReadOrMakeAsync(cancellationToken);
            var now = time.GetUtcNow();
            if (before.State.RotatedAt + MinimumInterval is { } allowed && now < allowed)
            {
                return AccountProblems.RotatedRecently(allowed - now);
            }

            var (kid, pem) = NewKey();
            var after = new StoredRing(before.State.Rotate(kid, now), new Dictionary<string, string>(before.Pems, StringComparer.Ordinal) { [kid] = pem }).Trimmed();
            if (await storage.ReplaceRingAsync(before.State, after, cancellationToken))
            {
                loaded = Load(after);
                Log.Rotated(logger, Current.Kid);
                return null;
            }
        }
    }

    private async Task<StoredRing> ReadOrMakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await storage.ReadRingAsync(cancellationToken) is { } stored)
            {
                return stored;
            }

            var (current, next) = (NewKey(), NewKey());
            var made = new StoredRing(
                KeyRingState.Start(current.Kid, next.Kid, time.GetUtcNow()),
                new Dictionary<string, string>(StringComparer.Ordinal) { [current.Kid] = current.Pem, [next.Kid] = next.Pem });
            if (await storage.ReplaceRingAsync(null, made, cancellationToken))
            {
                Log.Created(logger, current.Kid);
                return made;
            }
        }
    }

    private static (string Kid, string Pem) NewKey()
    {
        var kid = "k-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 12);
        using var key = RsaKey.Create(kid);
        return (kid, key.Rsa.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static Loaded Load(StoredRing stored)
    {
        var ring = stored.State;
        var keys = ring.Keys.ToDictionary(k => k.Kid, k => RsaKey.FromPem(k.Kid, stored.Pems[k.Kid]), StringComparer.Ordinal);
        return new Loaded(
            ring,
            keys,
            keys[ring.In(KeyRingState.Current)!.Kid],
            [.. ring.Keys.OrderBy(k => k.Slot, StringComparer.Ordinal).Select(k => new PublishedKey(k.Kid, k.Slot, k.State, keys[k.Kid].PublicPem()))]);
    }

    private sealed record Loaded(KeyRingState Ring, IReadOnlyDictionary<string, RsaKey> Keys, RsaKey Current, IReadOnlyList<PublishedKey> Published);

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "New token signing keys were made; {Kid} signs. Sessions that exist renew their tokens by themselves.")]
        public static partial void Created(ILogger logger, string kid);

        [LoggerMessage(2002, LogLevel.Information, "The token signing keys were rotated; {Kid} signs now.")]
        public static partial void Rotated(ILogger logger, string kid);
    }
}
