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

    /// <summary>Fetches the keys because a token names one that is not here; false when that was done a moment ago.</summary>
    public async Task<bool> RefreshForUnknownAsync(CancellationToken cancellationToken)
    {
        lock (_refreshing)
        {
            if (_lastUnknown is { } last && time.GetElapsedTime(last) < BetweenUnknown)
            {
                return false;
            }

            _lastUnknown = time.GetTimestamp();
        }

        return await RefreshAsync(cancellationToken);
    }

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var list = await api.KeysAsync(cancellationToken);
            _keys = list.Items.DistinctBy(k => k.Kid).ToFrozenDictionary(k => k.Kid, k => RsaKey.FromPem(k.Kid, k.Pem), StringComparer.Ordinal);
            Log.Loaded(logger, _keys.Count);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException or CryptographicException or ArgumentException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Failed(logger, e.Message);
            return false;
        }
        finally
        {
            _refreshing.Release();
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
