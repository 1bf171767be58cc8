using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>How syslog messages travel.</summary>
public enum SyslogTransport
{
    /// <summary>RFC 5425: TLS, the server's certificate always checked.</summary>
    Tls,

    /// <summary>RFC 6587: a plain connection, for a relay on the same machine or network.</summary>
    Tcp,

    /// <summary>RFC 5426: datagrams, which may be lost on the way.</summary>
    Udp,
}

/// <summary>Section <c>audit</c>: where the audit trail is sent to as it grows.</summary>
public sealed record AuditSettings
{
    public SyslogSettings Syslog { get; init; } = new();

    public OtlpSettings Otlp { get; init; } = new();

    public static IReadOnlyList<FieldError> Check(AuditSettings value)
    {
        List<FieldError> errors = [];
        var (syslog, otlp) = (value.Syslog, value.Otlp);
        Add(errors, syslog.IsOn && Uri.CheckHostName(syslog.Host) == UriHostNameType.Unknown, "syslog.host", "Give the syslog server's name or address, without a port.");
        Add(errors, syslog.Port is < 1 or > 65535, "syslog.port", $"The port is {syslog.Port}; it must be from 1 to 65535, usually 6514 with TLS and 514 without.");
        Add(errors, !Enum.IsDefined(syslog.Transport), "syslog.transport", "Choose tls, tcp or udp.");
        Add(errors, syslog.Authorities() is null, "syslog.certificateAuthority", "Give certificates as PEM: -----BEGIN CERTIFICATE----- and so on.");
        Add(errors, otlp.IsOn && !(Uri.TryCreate(otlp.Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"), "otlp.endpoint", "Give the whole address for logs, for example https://otel.example.org:4318/v1/logs.");
        for (var i = 0; i < otlp.Headers.Count; i++)
        {
            var name = otlp.Headers[i].Name;
            Add(errors, name is not { Length: >= 1 and <= 100 } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), $"otlp.headers[{i}].name", "A header's name has letters, digits, '-' and '_'.");
        }

        return errors;
    }

    private static void Add(List<FieldError> errors, bool broken, string field, string message)
    {
        if (broken)
        {
            errors.Add(new FieldError(field, message));
        }
    }
}

public sealed record SyslogSettings
{
    /// <value>Name or address of the syslog server; null to send nothing.</value>
    public string? Host { get; init; }

    /// <value>The default value is 6514.</value>
    public int Port { get; init; } = 6514;

    /// <value>The default value is <see cref="SyslogTransport.Tls"/>.</value>
    public SyslogTransport Transport { get; init; }

    /// <value>Certificates (PEM) that the server's must lead to, instead of those that this system trusts.</value>
    public string? CertificateAuthority { get; init; }

    [JsonIgnore]
    public bool IsOn => !string.IsNullOrWhiteSpace(Host);

    /// <summary>The certificates to trust instead of the system's; empty for the system's, null when the text holds none.</summary>
    internal X509Certificate2Collection? Authorities()
    {
        var found = new X509Certificate2Collection();
        if (string.IsNullOrWhiteSpace(CertificateAuthority))
        {
            return found;
        }

        try
        {
            found.ImportFromPem(CertificateAuthority);
            return found.Count > 0 ? found : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

public sealed record OtlpSettings
{
    /// <value>Where OTLP logs are posted to (HTTP, protobuf); null to send nothing.</value>
    public string? Endpoint { get; init; }

    /// <value>Headers that the receiver asks for, such as a key.</value>
    [SentTo(nameof(Endpoint))]
    public IReadOnlyList<OtlpHeader> Headers { get; init; } = [];

    [JsonIgnore]
    public bool IsOn => !string.IsNullOrWhiteSpace(Endpoint);
}

public sealed record OtlpHeader
{
    public string Name { get; init; } = "";

    public Secret? Value { get; init; }
}
