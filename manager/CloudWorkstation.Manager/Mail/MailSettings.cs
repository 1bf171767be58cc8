using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Mail;

/// <summary>How the way to the mail server is protected.</summary>
public enum MailEncryption
{
    /// <summary>STARTTLS; a server that does not offer it is refused.</summary>
    StartTls,

    /// <summary>TLS from the first byte, usually on port 465.</summary>
    Tls,

    /// <summary>None: for a relay on this machine. Refused together with a password.</summary>
    None,
}

/// <summary>Section <c>mail</c>: the server that takes the product's mails.</summary>
public sealed record MailSettings
{
    /// <value>Name of the mail server; null for none: mails are then kept for a day and shown in the console.</value>
    public string? Host { get; init; }

    /// <value>The default value is 587.</value>
    public int Port { get; init; } = 587;

    /// <value>The default value is <see cref="MailEncryption.StartTls"/>.</value>
    public MailEncryption Encryption { get; init; }

    /// <value>For signing in at the server; null to send without.</value>
    public string? User { get; init; }

    [SentTo(nameof(Host), nameof(Port), nameof(CertificateAuthority))]
    public Secret? Password { get; init; }

    /// <value>The address that mails come from.</value>
    public string? From { get; init; }

    /// <value>The name beside it. The default value is <c>CloudWorkstation</c>.</value>
    public string FromName { get; init; } = "CloudWorkstation";

    /// <value>Certificates (PEM) that the server's must lead to, instead of those that this system trusts: a company's own authority.</value>
    public string? CertificateAuthority { get; init; }

    [JsonIgnore]
    public bool HasServer => !string.IsNullOrWhiteSpace(Host);

    public static IReadOnlyList<FieldError> Check(MailSettings value)
    {
        var errors = new List<FieldError>();
        if (!value.HasServer)
        {
            return errors;
        }

        Add(errors, Uri.CheckHostName(value.Host) == UriHostNameType.Unknown, "host", "Give the mail server's name, for example smtp.example.org, without a port.");
        Add(errors, value.Port is < 1 or > 65535, "port", $"The port is {value.Port}; it must be from 1 to 65535, usually 587.");
        Add(errors, !Enum.IsDefined(value.Encryption), "encryption", "Choose startTls, tls or none.");
        Add(errors, MailAddresses.Normalize(value.From) is null, "from", "Give the address that mails come from, for example desktops@example.org.");
        Add(errors, value.FromName.Length > 100 || value.FromName.Any(char.IsControl), "fromName", "The name has at most 100 characters and none that are invisible.");
        Add(errors, string.IsNullOrEmpty(value.User) != (value.Password is null), string.IsNullOrEmpty(value.User) ? "user" : "password", "User and password go together: give both, or neither.");
        Add(errors, value is { Encryption: MailEncryption.None, Password: not null }, "encryption", "A password is only sent over an encrypted connection. Choose STARTTLS or TLS, or remove user and password.");
        Add(errors, (value.User ?? "").Any(char.IsControl), "user", "The user has no invisible characters.");
        Add(errors, Authorities(value) is null, "certificateAuthority", "Give certificates as PEM: -----BEGIN CERTIFICATE----- and so on.");
        return errors;
    }

    /// <summary>The certificates to trust instead of the system's; empty for the system's, null when the text holds none.</summary>
    internal static X509Certificate2Collection? Authorities(MailSettings value)
    {
        var found = new X509Certificate2Collection();
        if (string.IsNullOrWhiteSpace(value.CertificateAuthority))
        {
            return found;
        }

        try
        {
            found.ImportFromPem(value.CertificateAuthority);
            return found.Count > 0 ? found : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Add(List<FieldError> errors, bool broken, string field, string message)
    {
        if (broken)
        {
            errors.Add(new FieldError(field, message));
        }
    }
}
