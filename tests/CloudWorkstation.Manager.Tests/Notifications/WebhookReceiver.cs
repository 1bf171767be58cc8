using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>What came in, as it came.</summary>
internal sealed record Received(string Path, string Id, string Timestamp, string Signature, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Worked out anew from the specification, with nothing of the product's.</summary>
    public bool IsSignedWith(string secret)
    {
        using var mac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var expected = "v1," + Convert.ToBase64String(mac.ComputeHash(Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        return Signature.Split(' ').Contains(expected);
    }
}

/// <summary>Somebody else's server, over TLS, on a port of its own; answers as the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    // One for all: two authorities of one name would be taken for each other.
    private static readonly X509Certificate2 Certificate = NewCertificate();
    private readonly WebApplication app;

    public WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(Certificate);
        }));
        app = builder.Build();
        app.Run(TakeAsync);
    }

    public ConcurrentQueue<Received> All { get; } = new();

    /// <value>What it does with a request; answers 204 when null.</value>
    public Func<HttpContext, Received, Task>? Answer { get; set; }

    public string Url { get; private set; } = "";

    public static string CertificatePem => Certificate.ExportCertificatePem();

    public async Task<WebhookReceiver> StartAsync()
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        Url = app.Urls.Single();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        string Header(string name) => context.Request.Headers[name].ToString();
        var received = new Received(context.Request.Path, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), body);
        All.Enqueue(received);
        context.Response.StatusCode = 204;
        await (Answer?.Invoke(context, received) ?? Task.CompletedTask);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
