using System.ComponentModel.DataAnnotations;
using CloudWorkstation.Api.Bans;

namespace CloudWorkstation.Api;

/// <summary>Settings of the api; environment variables with the prefix <c>CWS_</c>.</summary>
public sealed class ApiSettings
{
    /// <value>Where browsers reach the console: scheme, host and port. The default value is <c>http://127.0.0.1:8080</c>.</value>
    [Required]
    [Url]
    public string PublicUrl { get; set; } = "http://127.0.0.1:8080";

    public RateSettings Rate { get; set; } = new();

    public InternalSettings Internal { get; set; } = new();

    public BanSettings Bans { get; set; } = new();

    /// <value>The key that the product's own processes present, at least 32 characters; null for the file below.</value>
    [MinLength(32)]
    public string? InternalKey { get; set; }

    /// <value>File with that key. The default value is <c>keys/internal.key</c> in the data directory, made at the first start.</value>
    public string? InternalKeyFile { get; set; }

    /// <value>
    /// Secret shared with the desktop proxies, at least 32 characters: they fetch their private key encrypted under it. The default value is
    /// <see langword="null"/>: they read the key's file.
    /// </value>
    [MinLength(32)]
    public string? DesktopProxySecret { get; set; }

    /// <value>Networks whose <c>X-Forwarded-For</c> is believed besides this host's, comma-separated: where the router's tasks are.</value>
    public string? TrustedProxies { get; set; }

    /// <value>Scheme, host and port as a browser writes them in <c>Origin</c>.</value>
    public string PublicOrigin => new Uri(PublicUrl).GetLeftPart(UriPartial.Authority);
}

/// <summary>Requests that are let through; more are answered 429.</summary>
public sealed class RateSettings
{
    /// <value>Sign-ins a minute from one address. The default value is 60.</value>
    [Range(1, 1_000_000)]
    public int SignInPerAddress { get; set; } = 60;

    /// <value>Sign-ins a minute for one user name. The default value is 20.</value>
    [Range(1, 1_000_000)]
    public int SignInPerAccount { get; set; } = 20;

    /// <value>Registrations and password resets an hour from one address. The default value is 60.</value>
    [Range(1, 1_000_000)]
    public int RegistrationsPerAddress { get; set; } = 60;

    /// <value>Registrations and password resets an hour for addresses of one e-mail domain. The default value is 600.</value>
    [Range(1, 1_000_000)]
    public int RegistrationsPerDomain { get; set; } = 600;

    /// <value>Registrations and password resets an hour for one e-mail address. The default value is 5.</value>
    [Range(1, 1_000_000)]
    public int RegistrationsPerMailbox { get; set; } = 5;

    /// <value>Requests a second of one session, with a burst of ten times as many. The default value is 100.</value>
    [Range(1, 1_000_000)]
    public int PerSession { get; set; } = 100;

    /// <value>Requests a second of one account in all its sessions, with a burst of ten times as many. The default value is 300.</value>
    [Range(1, 1_000_000)]
    public int PerAccount { get; set; } = 300;

    /// <value>Changes to desktops a minute (create, change, delete, connect, try again) of one account. The default value is 600.</value>
    [Range(1, 1_000_000)]
    public int OperationsPerAccount { get; set; } = 600;

    /// <value>Event and log streams that one session may have open. The default value is 50.</value>
    [Range(1, 1_000_000)]
    public int StreamsPerSession { get; set; } = 50;

    /// <value>Event and log streams that one account may have open in all its sessions. The default value is 200.</value>
    [Range(1, 1_000_000)]
    public int StreamsPerAccount { get; set; } = 200;
}

public sealed class InternalSettings
{
    /// <value>Lets route agents and desktop proxies on other hosts in, with the key. The default value is <see langword="false"/>: this host only.</value>
    public bool Remote { get; set; }
}
