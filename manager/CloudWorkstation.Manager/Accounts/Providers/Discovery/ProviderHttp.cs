using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>What a provider answered.</summary>
internal sealed record ProviderAnswer(HttpStatusCode Status, byte[] Bytes, JsonElement Json)
{
    public bool IsGood => (int)Status is >= 200 and < 300;
}

/// <summary>
/// Asks providers: JSON only, no redirects, no cookies, a few seconds, a bounded answer. An address that an administrator mistyped, or a provider
/// that was taken over, must not cost more than one refused sign-in.
/// </summary>
internal sealed class ProviderHttp : IDisposable
{
    private const int MaximumBytes = 512 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 50,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Task<Outcome<ProviderAnswer>> GetAsync(Uri address, string? bearer, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return SendAsync(request, cancellationToken);
    }

    public Task<Outcome<ProviderAnswer>> PostAsync(Uri address, IReadOnlyDictionary<string, string> form, string? basic, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        return SendAsync(request, cancellationToken);
    }

    public void Dispose() => client.Dispose();

    private async Task<Outcome<ProviderAnswer>> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var where = request.RequestUri!.GetLeftPart(UriPartial.Path);
        try
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("CloudWorkstation", "1.0"));
            using (request)
            using (var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token))
            {
                return (int)response.StatusCode is >= 300 and < 400 or >= 500
                    ? ProviderProblems.Unavailable($"{where} answered {(int)response.StatusCode}.")
                    : await ReadAsync(response, where, limit.Token);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ProviderProblems.Unavailable($"{where} cannot be reached ({Reason(e)}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProviderProblems.Unavailable($"{where} gave no answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    private static async Task<Outcome<ProviderAnswer>> ReadAsync(HttpResponseMessage response, string where, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > MaximumBytes)
            {
                return ProviderProblems.Unavailable($"{where} answered more than {MaximumBytes / 1024} KB.");
            }

            content.Write(buffer, 0, read);
        }

        try
        {
            using var document = JsonDocument.Parse(content.ToArray(), Strict);
            return new ProviderAnswer(response.StatusCode, content.ToArray(), document.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ProviderProblems.Unavailable($"{where} answered {(int)response.StatusCode} with something that is not JSON.");
        }
    }

    private static string Reason(Exception exception) => exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error }
        ? error switch
        {
            HttpRequestError.NameResolutionError => "the name is unknown",
            HttpRequestError.SecureConnectionError => "its certificate is not trusted, or TLS failed",
            HttpRequestError.ConnectionError => "no connection",
            _ => error.ToString(),
        }
        : "the connection broke";
}
