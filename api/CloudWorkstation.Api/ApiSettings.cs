using System.ComponentModel.DataAnnotations;

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

    /// <value>Requests a second of one session, with a burst of ten times as many. The default value is 100.</value>
    [Range(1, 1_000_000)]
    public int PerSession { get; set; } = 100;

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
