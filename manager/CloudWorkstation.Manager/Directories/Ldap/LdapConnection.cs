using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>
/// A conversation with a directory: one question at a time, each step within the caller's deadline (README.md says why it is not
/// System.DirectoryServices.Protocols). The certificate is always checked, against the host that was asked for; there is no way to leave it out.
/// </summary>
internal sealed partial class LdapConnection : IAsyncDisposable
{
    private const string StartTlsName = "1.3.6.1.4.1.1466.20037";

    private readonly LdapAddress address;
    private Stream stream;
    private int lastId;

    private LdapConnection(LdapAddress address, Stream stream)
    {
        this.address = address;
        this.stream = stream;
    }

    /// <exception cref="LdapException">There is no connection, or none that can be trusted.</exception>
    public static async Task<LdapConnection> OpenAsync(LdapAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            var connection = new LdapConnection(address, new NetworkStream(socket, ownsSocket: true));
            await connection.EncryptAsync(cancellationToken);
            return connection;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LdapException(LdapFault.Unreachable, $"{address}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Without the words of parting: a server that does not read must not hold us up, and every server takes a closed connection for the end.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task EncryptAsync(CancellationToken cancellationToken)
    {
        switch (address.Encryption)
        {
            case LdapEncryption.Tls:
                await SecureAsync(cancellationToken);
                break;
            case LdapEncryption.StartTls:
                (await ExtendedAsync(StartTlsName, value: null, cancellationToken)).Must("The directory does not begin encryption (StartTLS)", LdapFault.Encryption);

                // Nothing is read ahead, so that what somebody slips in before the handshake is not taken for an answer after it.
                await SecureAsync(cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        stream = secure;
        string? wrong = null;
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = address.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = Policy(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (wrong = Wrong(certificate, chain, errors)) is null,
                },
                cancellationToken);
        }
        catch (AuthenticationException e)
        {
            throw wrong is null
                ? new LdapException(LdapFault.Encryption, $"{address}: no encrypted connection: {e.InnerException?.Message ?? e.Message}", e)
                : new LdapException(LdapFault.Certificate, $"{address}: {wrong}", e);
        }
        catch (IOException e)
        {
            throw new LdapException(LdapFault.Encryption, $"{address}: no encrypted connection: {e.Message}", e);
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (address.Trusted is { } trusted)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trusted);
        }

        return policy;
    }

    /// <summary>Null when nothing is wrong: any error at all refuses the connection.</summary>
    private string? Wrong(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        var of = certificate is null ? "the server shows no certificate" : $"the certificate of '{certificate.Subject}', issued by '{certificate.Issuer}',";
        var why = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            why.Add($"is not for the host '{address.Host}'");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            why.Add("cannot be trusted: " + string.Join("; ", (chain?.ChainStatus ?? []).Select(s => s.StatusInformation.Trim()).Distinct(StringComparer.Ordinal)));
        }

        return $"{of} {string.Join(" and ", why)}";
    }

    /// <summary>Sends one request and reads its messages until the last, which is the result.</summary>
    private async Task<LdapMessage> AskAsync(Action<AsnWriter> request, Action<LdapMessage>? each, LdapPage? page, CancellationToken cancellationToken)
    {
        var id = ++lastId;
        try
        {
            await stream.WriteAsync(LdapMessage.Encode(id, request, page), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            while (true)
            {
                var message = await LdapMessage.ReadAsync(stream, cancellationToken);
                if (message.Id == 0)
                {
                    throw new LdapException(LdapFault.Refused, $"{address} ends the connection: {message.ReadResult()}");
                }

                if (message.Id != id)
                {
                    throw new LdapException(LdapFault.Protocol, $"{address} answers what nobody asked.");
                }

                if (message.IsResult)
                {
                    return message;
                }

                each?.Invoke(message);
            }
        }
        catch (Exception e) when (e is IOException or AsnContentException)
        {
            throw e is AsnContentException
                ? new LdapException(LdapFault.Protocol, $"{address} sends what is not LDAP: {e.Message}", e)
                : new LdapException(LdapFault.Unreachable, $"{address} closes the connection: {e.Message}", e);
        }
    }
}
