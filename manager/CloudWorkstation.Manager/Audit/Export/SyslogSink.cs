using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>
/// Sends to a syslog server. Syslog confirms nothing, and what is written to a connection that just broke is lost without a word; so each batch
/// has a connection of its own, which is closed from our side first: when the server closes it too, it has read everything.
/// </summary>
internal sealed class SyslogSink : IAuditSink
{
    private const int LargestDatagram = 8 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(3);

    public string Name => "syslog";

    public bool IsOn(AuditSettings settings) => settings.Syslog.IsOn;

    public async Task SendAsync(AuditSettings settings, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var messages = entries.Select(e => SyslogMessage.Of(e, Environment.MachineName));
        try
        {
            await (settings.Syslog.Transport == SyslogTransport.Udp ? SendDatagramsAsync(settings.Syslog, messages, limit.Token) : SendStreamAsync(settings.Syslog, messages, limit.Token));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{settings.Syslog.Host}:{settings.Syslog.Port} did not take the messages within {Patience.TotalSeconds:0} seconds.", e);
        }
    }

    private static async Task SendDatagramsAsync(SyslogSettings settings, IEnumerable<byte[]> messages, CancellationToken cancellationToken)
    {
        using var client = new UdpClient();
        client.Connect(settings.Host!, settings.Port);
        foreach (var message in messages)
        {
            await client.SendAsync(message.AsMemory(0, Math.Min(message.Length, LargestDatagram)), cancellationToken);
        }
    }

    private static async Task SendStreamAsync(SyslogSettings settings, IEnumerable<byte[]> messages, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(settings.Host!, settings.Port, cancellationToken);
        await using Stream stream = settings.Transport == SyslogTransport.Tls ? await ProtectAsync(client.GetStream(), settings, cancellationToken) : client.GetStream();
        foreach (var message in messages)
        {
            await stream.WriteAsync(SyslogMessage.Framed(message), cancellationToken);
        }

        await stream.FlushAsync(cancellationToken);
        if (stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        client.Client.Shutdown(SocketShutdown.Send);
        await UntilClosedAsync(stream, cancellationToken);
    }

    /// <summary>A server that keeps its side open has not broken the connection either: after a moment that is good enough.</summary>
    private static async Task UntilClosedAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Closing);
        try
        {
            var rest = new byte[256];
            while (await stream.ReadAsync(rest, limit.Token) > 0)
            {
                // A syslog server says nothing; whatever it says is not for us.
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Still open.
        }
    }

    private static async Task<SslStream> ProtectAsync(NetworkStream plain, SyslogSettings settings, CancellationToken cancellationToken)
    {
        var tls = new SslStream(plain);
        var options = new SslClientAuthenticationOptions { TargetHost = settings.Host };
        if (settings.Authorities() is { Count: > 0 } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return tls;
    }
}
