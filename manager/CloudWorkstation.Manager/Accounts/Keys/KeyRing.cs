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

    private readonly KeyFiles files;
    private readonly IAuditLog audit;
    private readonly TimeProvider time;
    private readonly ILogger<KeyRing> logger;
    private readonly SemaphoreSlim rotating = new(1);
    private volatile Loaded loaded;

    public KeyRing(KeyFiles files, IAuditLog audit, TimeProvider time, ILogger<KeyRing> logger)
    {
        this.files = files;
        this.audit = audit;
        this.time = time;
        this.logger = logger;
        using var held = files.Lock();
        var ring = files.LoadRing() ?? Create();
        files.RemoveAllBut(ring);
        files.EnsureInternalKey();
        DesktopProxyKey = files.LoadDesktopProxyKey();
        loaded = Load(ring);
    }

    public event EventHandler? Changed;

    public RsaKey Current => loaded.Current;

    public RsaKey DesktopProxyKey { get; }

    public IReadOnlyList<PublishedKey> Published => loaded.Published;

    /// <value>When the keys last changed their roles.</value>
    public DateTimeOffset Since => loaded.Ring.Since;

    public RsaKey? Find(string kid) => loaded.Keys.GetValueOrDefault(kid);

    public async Task<Outcome<IReadOnlyList<PublishedKey>>> RotateAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AccountProblems.Forbidden;
        }

        await rotating.WaitAsync(cancellationToken);
        try
        {
            using var held = files.Lock();
            var now = time.GetUtcNow();
            var ring = files.LoadRing() ?? loaded.Ring;
            if (ring.RotatedAt + MinimumInterval is { } allowed && now < allowed)
            {
                return AccountProblems.RotatedRecently(allowed - now);
            }

            Rotate(ring, now);
        }
        finally
        {
            rotating.Release();
        }

        // The rotation is a fact once its file is renamed; it is recorded even if the caller has gone.
        await audit.RecordAsync(actor, "keys.rotate", "key/" + Current.Kid, "accepted", null, CancellationToken.None);
        Changed?.Invoke(this, EventArgs.Empty);
        return Outcome<IReadOnlyList<PublishedKey>>.From(Published);
    }

    /// <summary>Takes over what another process of the product has rotated.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await rotating.WaitAsync(cancellationToken);
        try
        {
            using var held = files.Lock();
            if (files.LoadRing() is not { } ring || ring.IsSameAs(loaded.Ring))
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
        DesktopProxyKey.Dispose();
    }

    /// <summary>Keys that were dropped are left to the collector: a request may be verifying with one.</summary>
    private void Rotate(KeyRingState before, DateTimeOffset now)
    {
        var ring = before.Rotate(files.CreateKey(), now);
        files.SaveRing(ring);
        loaded = Load(ring);
        files.RemoveAllBut(ring);
        Log.Rotated(logger, Current.Kid);
    }

    private KeyRingState Create()
    {
        var ring = KeyRingState.Start(files.CreateKey(), files.CreateKey(), time.GetUtcNow());
        files.SaveRing(ring);
        Log.Created(logger, ring.In(KeyRingState.Current)!.Kid);
        return ring;
    }

    private Loaded Load(KeyRingState ring)
    {
        var keys = ring.Keys.ToDictionary(k => k.Kid, k => files.LoadKey(k.Kid), StringComparer.Ordinal);
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
