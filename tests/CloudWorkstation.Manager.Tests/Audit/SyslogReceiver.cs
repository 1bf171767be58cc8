using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CloudWorkstation.Manager.Audit.Export;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>A syslog server that keeps what one client sends, up to its end.</summary>
internal sealed class SyslogReceiver : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SyslogReceiver() => listener.Start();

    public AuditSettings Settings(SyslogTransport transport) =>
        new() { Syslog = new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Transport = transport } };

    /// <summary>What the next client sends; as much as there is, where the client did not like us.</summary>
    public async Task<byte[]> ReceiveAsync(X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
        using var all = new MemoryStream();
        try
        {
            await using var stream = await OpenAsync(client.GetStream(), certificate, cancellationToken);
            await stream.CopyToAsync(all, cancellationToken);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // It is the client's right.
        }

        return all.ToArray();
    }

    /// <summary>Takes messages apart by the lengths in front of them.</summary>
    public static List<string> Messages(byte[] bytes)
    {
        List<string> messages = [];
        for (var i = 0; i < bytes.Length;)
        {
            var space = Array.IndexOf(bytes, (byte)' ', i);
            var length = int.Parse(Encoding.ASCII.GetString(bytes, i, space - i), CultureInfo.InvariantCulture);
            messages.Add(Encoding.UTF8.GetString(bytes, space + 1, length));
            i = space + 1 + length;
        }

        return messages;
    }

    public void Dispose() => listener.Dispose();

    private static async Task<Stream> OpenAsync(NetworkStream plain, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        if (certificate is null)
        {
            return plain;
        }

        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
        return tls;
    }
}
