using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>An S3 that answers some requests as a broken, foreign or forbidden one does, and passes the others on.</summary>
public sealed class FaultyS3 : IAsyncDisposable
{
    private readonly HttpClient onward = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false });
    private readonly HttpListener listener = new();
    private readonly Uri behind;
    private readonly Task loop;

    public FaultyS3(Uri behind)
    {
        this.behind = behind;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = new($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Endpoint.AbsoluteUri);
        listener.Start();
        loop = Task.Run(LoopAsync);
    }

    public Uri Endpoint { get; }

    /// <value>Status, code and message to answer a method and path with; null to pass it on.</value>
    public Func<string, string, (int Status, string Code, string Message)?> Fault { get; set; } = (_, _) => null;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await loop;
        listener.Close();
        onward.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using MemoryStream body = new();
            await context.Request.InputStream.CopyToAsync(body);
            if (Fault(context.Request.HttpMethod, context.Request.Url!.AbsolutePath) is { } fault)
                await RefuseAsync(context, fault);
            else
                await PassAsync(context, body.ToArray());
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or HttpRequestException or IOException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    private static async Task RefuseAsync(HttpListenerContext context, (int Status, string Code, string Message) fault)
    {
        var text = $"<?xml version=\"1.0\"?><Error><Code>{fault.Code}</Code><Message>{fault.Message}</Message><RequestId>1</RequestId></Error>";
        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = "application/xml";
        if (context.Request.HttpMethod != "HEAD")
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
    }

    private async Task PassAsync(HttpListenerContext context, byte[] body)
    {
        using HttpRequestMessage request = new(new(context.Request.HttpMethod), new Uri(behind, context.Request.RawUrl)) { Content = new ByteArrayContent(body) };
        foreach (var name in context.Request.Headers.AllKeys.OfType<string>().Where(name => name is not ("Host" or "Content-Length" or "Connection" or "Transfer-Encoding")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]))
                request.Content.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]);
        }

        using var answer = await onward.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Content-Length" or "Connection" or "Keep-Alive"))
                context.Response.Headers[name] = string.Join(',', values);
        }

        await answer.Content.CopyToAsync(context.Response.OutputStream);
    }
}
