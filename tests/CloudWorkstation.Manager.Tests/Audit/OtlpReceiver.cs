using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>An OTLP receiver that answers what it is told to.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private const int Tries = 20;
    private readonly HttpListener _listener;

    public OtlpReceiver() => (_listener, Address) = Listen();

    /// <value>Ends with a slash.</value>
    public string Address { get; }

    public async Task<(HttpListenerRequest Request, byte[] Body)> AnswerAsync(int status, CancellationToken cancellationToken)
    {
        var context = await _listener.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body, cancellationToken);
        context.Response.StatusCode = status;
        context.Response.Close();
        return (context.Request, body.ToArray());
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    /// <summary>Somebody else may take a free port before we do.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            var address = $"http://127.0.0.1:{FreePort()}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < Tries)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
