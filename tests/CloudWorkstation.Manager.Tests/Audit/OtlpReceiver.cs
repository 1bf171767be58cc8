using System.Net;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>An OTLP receiver that answers what it is told to.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private const int Tries = 20;
    private readonly HttpListener listener;

    public OtlpReceiver() => (listener, Address) = Listen();

    /// <value>Ends with a slash.</value>
    public string Address { get; }

    public async Task<(HttpListenerRequest Request, byte[] Body)> AnswerAsync(int status, CancellationToken cancellationToken)
    {
        var context = await listener.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body, cancellationToken);
        context.Response.StatusCode = status;
        context.Response.Close();
        return (context.Request, body.ToArray());
    }

    public void Dispose() => ((IDisposable)listener).Dispose();

    /// <summary>Somebody else may take a free port before we do.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var candidate = new HttpListener();
            var address = $"http://127.0.0.1:{FreePorts.InARow(1)}/";
            candidate.Prefixes.Add(address);
            try
            {
                candidate.Start();
                return (candidate, address);
            }
            catch (HttpListenerException) when (attempt < Tries)
            {
                candidate.Close();
            }
        }
    }
}
