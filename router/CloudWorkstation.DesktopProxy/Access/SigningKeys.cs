using System.Collections.Frozen;
using System.Security.Cryptography;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Access;

/// <summary>The api's public keys. Fetched at start, when the feed says they changed, and, at most every few seconds, for a key id nobody knows.</summary>
internal sealed partial class SigningKeys(InternalApi api, TimeProvider time, ILogger<SigningKeys> logger) : IDisposable
{
    private static readonly TimeSpan BetweenUnknown = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private FrozenDictionary<string, RsaKey> _keys = FrozenDictionary<string, RsaKey>.Empty;
    private long? _lastUnknown;

    public bool IsLoaded => _keys.Count > 0;

    public RsaKey? Find(string kid) => _keys.GetValueOrDefault(kid);

    /// <summary>Fetches the keys because a token names one that is not here, unless that was done a moment ago; waits for a fetch that is under way.</summary>
    public async Task RefreshForUnknownAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (_lastUnknown is not { } last || time.GetElapsedTime(last) >= BetweenUnknown)
            {
                _lastUnknown = time.GetTimestamp();
                await FetchAsync(cancellationToken);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            await FetchAsync(cancellationToken);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = await api.KeysAsync(cancellationToken);
            _keys = list.Items.DistinctBy(k => k.Kid).ToFrozenDictionary(k => k.Kid, k => RsaKey.FromPem(k.Kid, k.Pem), StringComparer.Ordinal);
            Log.Loaded(logger, _keys.Count);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException or CryptographicException or ArgumentException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Failed(logger, e.Message);
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} token keys loaded")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "The token keys could not be fetched: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
