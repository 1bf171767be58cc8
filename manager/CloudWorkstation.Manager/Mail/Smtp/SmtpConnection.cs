using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CloudWorkstation.Manager.Mail.Smtp;

/// <summary>A server's answer.</summary>
/// <param name="Code">RFC 5321: 2xx done, 3xx go on, 4xx not now, 5xx not at all.</param>
/// <param name="Lines">The text of each line.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsDone => Code / 100 is 2 or 3;

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}";
}

/// <summary>The server does not speak as it must.</summary>
internal sealed class SmtpProtocolException(string message) : Exception(message);

/// <summary>Lines to and from a mail server; unencrypted first, encrypted after <see cref="EncryptAsync"/>.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 2000;
    private const int MostLines = 100;
    private readonly TcpClient client;
    private readonly byte[] buffer = new byte[4096];
    private Stream stream;
    private int start;
    private int end;

    private SmtpConnection(TcpClient client) => (this.client, stream) = (client, client.GetStream());

    public static async Task<SmtpConnection> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var opened = new TcpClient();
        try
        {
            await opened.ConnectAsync(host, port, cancellationToken);
            return new SmtpConnection(opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Checks the server's certificate: its name, its time, and that it leads to somebody who is trusted.</summary>
    /// <param name="host">The name it must be for.</param>
    /// <param name="authorities">Whom to trust instead of whom the system trusts; empty for the system's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EncryptAsync(string host, X509Certificate2Collection authorities, CancellationToken cancellationToken)
    {
        // What came in the clear behind the answer to STARTTLS must not be read as if it had come encrypted.
        if (start < end)
        {
            throw new SmtpProtocolException("The server sent more than its answer before the connection was encrypted.");
        }

        var options = new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (authorities.Count > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }

        var encrypted = new SslStream(stream);
        stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(options, cancellationToken);
    }

    /// <param name="command">Without its line end; one that held any would be two.</param>
    public async Task<SmtpReply> SendAsync(string command, CancellationToken cancellationToken)
    {
        if (command.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("A command is one line.", nameof(command));
        }

        await WriteAsync(command + "\r\n", cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await LineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                throw new SmtpProtocolException("This is no mail server: it does not answer as one.");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new SmtpProtocolException("The server's answer does not end.");
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (line.Count <= LongestLine)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
                if (end == 0)
                {
                    throw new IOException("The server closed the connection.");
                }
            }

            var next = buffer[start++];
            if (next == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(next);
        }

        throw new SmtpProtocolException("The server's answer is too long.");
    }
}
