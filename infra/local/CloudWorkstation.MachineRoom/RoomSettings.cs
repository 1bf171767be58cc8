using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.MachineRoom;

/// <summary>What the process is told at its start, by the launcher.</summary>
public sealed record RoomSettings
{
    public required DataDirectory Data { get; init; }

    public required Uri Endpoint { get; init; }

    public required string Region { get; init; }

    /// <value>Names the installation, and with it everything that is made.</value>
    public required string Environment { get; init; }

    public required string StateBucket { get; init; }

    /// <value>Where the platform's facts are written for the manager.</value>
    public required string PlatformFile { get; init; }

    /// <value>The first two parts of the loopback addresses that machines have, such as <c>127.20</c>.</value>
    public required string Network { get; init; }

    public required string Api { get; init; }

    public required string PublicUrl { get; init; }

    public required string SharedProxy { get; init; }

    /// <value>What opens the desktop proxies' private key to a proxy without a file; null: proxies of tasks read the file.</value>
    public string? ProxySecret { get; init; }

    public static RoomSettings From(IConfiguration configuration) => new()
    {
        Data = DataDirectory.At(Required(configuration, "CWS_DATA")),
        Endpoint = new Uri(Required(configuration, "AWS_ENDPOINT_URL")),
        Region = Required(configuration, "AWS_REGION"),
        Environment = Required(configuration, "CWS_ENVIRONMENT"),
        StateBucket = Required(configuration, "CWS_STATE__BUCKET"),
        PlatformFile = Required(configuration, "CWS_MACHINEROOM__PLATFORMFILE"),
        Network = Required(configuration, "CWS_MACHINEROOM__NETWORK"),
        Api = Required(configuration, "CWS_API"),
        PublicUrl = Required(configuration, "CWS_PUBLICURL"),
        SharedProxy = Required(configuration, "CWS_DESKTOPPROXY"),
        ProxySecret = configuration["CWS_DESKTOPPROXYSECRET"],
    };

    // Read as plain variables: "__" stays in the name.
    private static string Required(IConfiguration configuration, string name) =>
        configuration[name.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set; the launcher sets it.");
}
