using System.Net;
using CloudWorkstation.DesktopProxy.Guacamole;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.DesktopProxy;

/// <summary>What the process is told at its start; README has the table.</summary>
public sealed record ProxySettings
{
    /// <summary>Where the listener binds; port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Base address of the api's internal endpoints.</summary>
    public required Uri Api { get; init; }

    /// <summary>The only <c>Origin</c> that may open a desktop.</summary>
    public required string Origin { get; init; }

    /// <summary>File with the bearer key of the internal endpoints, where <see cref="InternalKey"/> is not given.</summary>
    public required string InternalKeyFile { get; init; }

    /// <summary>The bearer key itself.</summary>
    public Secret InternalKey { get; init; }

    public string ReadInternalKey() => InternalKey.Value ?? File.ReadAllText(InternalKeyFile).Trim();

    /// <summary>File with the private key that opens the target inside a desktop token, where <see cref="DesktopProxySecret"/> is not given.</summary>
    public required string DesktopProxyKeyFile { get; init; }

    /// <summary>Opens the private key that the api hands out.</summary>
    public Secret DesktopProxySecret { get; init; }

    /// <summary>The one desktop it serves, where it is a desktop's own; it then tells the api where it is. Null for a shared one.</summary>
    public string? Desktop { get; init; }

    /// <summary>Where others reach it, <c>ip:port</c>; null to ask ECS.</summary>
    public string? Advertise { get; init; }

    /// <summary>guacd, for the Guacamole engine; null where there is none.</summary>
    public GuacdAddress? Guacd { get; init; }

    /// <summary>Where ECS tells a container about itself; null elsewhere.</summary>
    public Uri? Metadata { get; init; }

    /// <summary>Time for a browser to send its request, and for each step of both RFB handshakes.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between a close frame and the end of the TCP connection when the browser does not answer.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between two reports to the api, each with a round trip measured by a WebSocket ping.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A browser that sends nothing for so long, not even the answer to a ping, is gone.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>A guest who takes nothing for so long is let go: guacd writes to all who share a connection in turn, and the owner would wait as well.</summary>
    public TimeSpan GuestStallTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>More sessions than this are refused with 503.</summary>
    public int MaximumSessions { get; init; } = 5_000;

    /// <summary>Reads <c>CWS_…</c> and <c>ASPNETCORE_URLS</c>; every problem is reported at once.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or malformed.</exception>
    public static ProxySettings Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var settings = new ProxySettings
        {
            Listen = ReadEndPoint(configuration["URLS"] ?? "http://127.0.0.1:8083", problems),
            Api = ReadUri("CWS_API", configuration["API"] ?? "http://127.0.0.1:8081", problems),
            Origin = ReadUri("CWS_PUBLICURL", configuration["PUBLICURL"] ?? "http://127.0.0.1:8080", problems).GetLeftPart(UriPartial.Authority),
            InternalKey = Secret.Read("CWS_INTERNALKEY", configuration["INTERNALKEY"], problems),
            InternalKeyFile = ReadRequired("CWS_INTERNALKEYFILE", configuration["INTERNALKEYFILE"], "CWS_INTERNALKEY", configuration["INTERNALKEY"], problems),
            DesktopProxySecret = Secret.Read("CWS_DESKTOPPROXYSECRET", configuration["DESKTOPPROXYSECRET"], problems),
            DesktopProxyKeyFile = ReadRequired(
                "CWS_DESKTOPPROXYKEYFILE", configuration["DESKTOPPROXYKEYFILE"], "CWS_DESKTOPPROXYSECRET", configuration["DESKTOPPROXYSECRET"], problems),
        };
        settings = settings with { Desktop = Text(configuration["DESKTOP"]), Advertise = ReadAdvertised(Text(configuration["ADVERTISE"]), problems), Metadata = FromEcs(), Guacd = ReadGuacd(Text(configuration["GUACD"]), problems) };
        return problems.Count == 0 ? settings : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static Uri? FromEcs() => Uri.TryCreate(Environment.GetEnvironmentVariable("ECS_CONTAINER_METADATA_URI_V4"), UriKind.Absolute, out var uri) ? uri : null;

    private static string? ReadAdvertised(string? value, List<string> problems)
    {
        if (value is not null && (!IPEndPoint.TryParse(value, out var address) || address.Port == 0))
        {
            problems.Add($"CWS_ADVERTISE is '{value}': give ADDRESS:PORT with a numeric address.");
        }

        return value;
    }

    private static GuacdAddress? ReadGuacd(string? value, List<string> problems)
    {
        var address = value is null ? null : GuacdAddress.Parse(value);
        if (value is not null && address is null)
        {
            problems.Add($"CWS_GUACD is '{value}': give HOST:PORT.");
        }

        return address;
    }

    private static string ReadRequired(string name, string? file, string other, string? value, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(file) && string.IsNullOrWhiteSpace(value))
        {
            problems.Add($"{name} is not set: give the path of the file, or the secret itself as {other}.");
        }

        return file ?? "";
    }

    private static Uri ReadUri(string name, string value, List<string> problems)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri;
        }

        problems.Add($"{name} is '{value}': give an absolute http or https address.");
        return new Uri("http://invalid.");
    }

    private static IPEndPoint ReadEndPoint(string value, List<string> problems)
    {
        var first = value.Split(';', 2)[0].Replace("//localhost", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//0.0.0.0", StringComparison.Ordinal).Replace("//*", "//0.0.0.0", StringComparison.Ordinal);
        if (Uri.TryCreate(first, UriKind.Absolute, out var uri) && uri.Scheme == "http" && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address))
        {
            return new IPEndPoint(address, uri.Port);
        }

        problems.Add($"ASPNETCORE_URLS is '{value}': give http://ADDRESS:PORT with a numeric address.");
        return new IPEndPoint(IPAddress.Loopback, 0);
    }
}

/// <summary>A secret given as a value; it never prints itself.</summary>
public readonly record struct Secret(string? Value)
{
    private const int MinimumLength = 32;

    public bool IsSet => !string.IsNullOrEmpty(Value);

    public static Secret Read(string name, string? value, List<string> problems)
    {
        var text = value?.Trim();
        if (text is { Length: > 0 and < MinimumLength })
        {
            problems.Add($"{name} has {text.Length} characters; at least {MinimumLength} are required.");
        }

        return new Secret(string.IsNullOrEmpty(text) ? null : text);
    }

    public override string ToString() => IsSet ? "(set)" : "(not set)";
}
