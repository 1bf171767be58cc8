using System.Net.Http.Headers;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>Posts OTLP logs; the receiver's answer says whether it has them.</summary>
internal sealed class OtlpSink : IAuditSink, IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(10) };

    public string Name => "otlp";

    public bool IsOn(AuditSettings settings) => settings.Otlp.IsOn;

    public async Task SendAsync(AuditSettings settings, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Otlp.Endpoint) { Content = new ByteArrayContent(OtlpLogs.Request(entries)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        foreach (var header in settings.Otlp.Headers.Where(h => h.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value!.Reveal());
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"The receiver answered {(int)answer.StatusCode}.");
        }
    }

    public void Dispose() => client.Dispose();
}
