using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>
/// Posts one event once. Follows no redirect, uses no proxy (it would resolve the name itself), connects only to addresses that
/// <see cref="AddressGuard"/> allows, waits no longer than it may, and reads only the beginning of what comes back.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MostOfBody = 1024;
    private const int MostHeaderKilobytes = 16;
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);
    private readonly NotificationOptions options;
    private readonly TimeProvider time;
    private readonly AddressGuard guard;
    private readonly HttpMessageInvoker http;

    public WebhookClient(IOptions<NotificationOptions> options, AddressGuard guard, TimeProvider time)
    {
        this.options = options.Value;
        this.time = time;
        this.guard = guard;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = 4 * MostOfBody,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            SslOptions = Trust(this.options.Authorities),
        });
    }

    /// <param name="webhook">Where to, with its secrets.</param>
    /// <param name="eventId">The same at every attempt.</param>
    /// <param name="payload">JSON, signed as it is.</param>
    /// <param name="cancellationToken">The process stops; the attempt does not count.</param>
    public async Task<WebhookAnswer> PostAsync(Webhook webhook, string eventId, string payload, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Timeout);
        var answer = await TryAsync(webhook, eventId, Encoding.UTF8.GetBytes(payload), patience.Token, cancellationToken);
        return answer with { Milliseconds = (int)Stopwatch.GetElapsedTime(begun).TotalMilliseconds };
    }

    public void Dispose() => http.Dispose();

    private async Task<WebhookAnswer> TryAsync(Webhook webhook, string eventId, byte[] body, CancellationToken patience, CancellationToken stopping)
    {
        try
        {
            using var request = Request(webhook, eventId, body);
            using var response = await http.SendAsync(request, patience);
            return await ReadAsync(response, patience);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Failed($"There was no answer within {options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} seconds.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AuthenticationException or SocketException or UriFormatException)
        {
            return Failed(Reason(e));
        }
    }

    private HttpRequestMessage Request(Webhook webhook, string eventId, byte[] body)
    {
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "CloudWorkstation-Webhook/1");
        request.Headers.TryAddWithoutValidation("webhook-id", eventId);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Of(eventId, now, body, webhook.Keys(now)));
        return request;
    }

    private async Task<WebhookAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        return new WebhookAnswer
        {
            At = time.GetUtcNow(),
            Status = status,
            Problem = status switch
            {
                >= 200 and <= 299 => null,
                >= 300 and <= 399 => $"It answered {status}, a redirect; redirects are not followed. Set the webhook to the new address.",
                410 => "It answered 410: it wants nothing any more, so the webhook is switched off.",
                _ => $"It answered {status}.",
            },
            RetryAfter = Rest(response.Headers.RetryAfter),

            // Whether it arrived is settled: a body that breaks off or never ends changes nothing.
            Body = status is >= 200 and <= 299 ? null : await BeginningAsync(response.Content, cancellationToken),
        };
    }

    private TimeSpan? Rest(RetryConditionHeaderValue? asked)
    {
        var rest = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return rest is null || rest <= TimeSpan.Zero ? null : rest < LongestRest ? rest : LongestRest;
    }

    private static async Task<string?> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostOfBody];
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            for (var read = -1; read != 0 && length < buffer.Length; length += read)
            {
                read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // What has come is all there is to show.
        }

        var text = Encoding.UTF8.GetString(buffer, 0, length);
        return length == 0 ? null : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var reachable = addresses.Where(guard.Allows).ToArray();
        if (reachable.Length == 0)
        {
            throw new HttpRequestException(
                $"{host} is at {string.Join(", ", addresses.Select(a => a.ToString()).Take(4))}, where webhooks may not go. The operator can open a network with CWS_NOTIFICATIONS__ALLOWEDNETWORKS.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Trust(string? authorities)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (authorities is null)
        {
            return ssl;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorities);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        ssl.CertificateChainPolicy = policy;
        return ssl;
    }

    // The innermost exception says what happened; the ones around it say that something did.
    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "The name of its host is not known.",
            SocketException socket => $"It cannot be reached: {socket.Message}.",
            AuthenticationException => "Its certificate is not trusted, or TLS failed.",
            _ => e.Message,
        };
    }

    private WebhookAnswer Failed(string problem) => new() { At = time.GetUtcNow(), Problem = problem };
}
