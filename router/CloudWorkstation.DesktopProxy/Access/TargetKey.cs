using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Access;

/// <summary>
/// The proxies' private key: read from its file at the start, or, where a secret is given instead, fetched from the api.
/// RSA objects are not promised to be safe for several threads at once.
/// </summary>
internal sealed partial class TargetKey(ProxySettings settings, InternalApi api, ILogger<TargetKey> logger) : IDisposable
{
    private readonly Lock _one = new();
    private RsaKey? _key = settings.DesktopProxySecret.IsSet ? null : RsaKey.FromPem("desktop-proxy", File.ReadAllText(settings.DesktopProxyKeyFile));

    public bool IsLoaded => _key is not null;

    /// <summary>Does nothing when the key is here; what goes wrong is logged, and the next call tries again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (IsLoaded)
        {
            return;
        }

        try
        {
            var answer = await api.ProxyKeyAsync(cancellationToken);
            _key = Open(answer, settings.DesktopProxySecret.Value!);
            Log.Loaded(logger);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or CryptographicException or FormatException or ArgumentException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Failed(logger, e is CryptographicException ? "it is encrypted under another CWS_DESKTOPPROXYSECRET" : e.Message);
        }
    }

    public DesktopTarget? Decrypt(string text)
    {
        lock (_one)
        {
            return _key is null ? null : TargetCipher.Decrypt(text, _key);
        }
    }

    /// <summary>A key that was encrypted to the proxies (RSA-OAEP-256); null for anything else.</summary>
    public byte[]? Unwrap(byte[] wrapped)
    {
        lock (_one)
        {
            try
            {
                return _key?.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
            }
            catch (CryptographicException)
            {
                return null;
            }
        }
    }

    public void Dispose() => _key?.Dispose();

    private static RsaKey Open(SealedKey answer, string secret) => RsaKey.FromPem(answer.Kid, Encoding.ASCII.GetString(
        SecretBox.Open(Encoding.UTF8.GetBytes(secret), SecretBox.DesktopProxyKey, answer.Kid, Base64Url.DecodeFromChars(answer.Sealed))));

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Information, "The proxy's own key was fetched from the api")]
        public static partial void Loaded(ILogger logger);

        [LoggerMessage(4, LogLevel.Warning, "The proxy's own key could not be fetched: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
