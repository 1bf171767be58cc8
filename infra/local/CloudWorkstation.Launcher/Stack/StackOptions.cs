using System.Globalization;
using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Stack;

/// <summary>Everything `up` was asked for.</summary>
/// <param name="Port">The public port; the services behind it take the next ones.</param>
/// <param name="Listen">Address of the public port.</param>
/// <param name="Certificate">PEM file with certificate and key: the public port speaks TLS.</param>
/// <param name="Postgres">Connection string of the database that a cluster of workers shares.</param>
public sealed record StackOptions(
    DataDirectory Data,
    int Port,
    string Listen,
    string? Certificate,
    string? PublicUrl,
    string? Templates,
    string? Postgres)
{
    public const int DefaultPort = 8080;
    public const string Loopback = "127.0.0.1";

    public CloudOptions Cloud { get; init; } = CloudOptions.ThisMachine;

    /// <value>The first administrator is made on the set-up page, with a code, instead of at the start.</value>
    public bool Setup { get; init; }

    /// <value>guacd's <c>host:port</c>, for desktops of RDP and SSH; null for the one of this machine, if there is one.</value>
    public string? Guacd { get; init; }

    /// <value>With it a desktop proxy without the key's file gets the key from the api; null: there is no such proxy.</value>
    public string? ProxySecret { get; init; }

    public int ApiPort => Port + 1;

    public int ConsolePort => Port + 2;

    public int ProxyPort => Port + 3;

    public int AgentPort => Port + 4;

    public int MotoPort => Port + 5;

    public int MachineRoomPort => Port + 6;

    public Uri MotoAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://{Loopback}:{MotoPort}"));

    /// <value>127.20 on the default port. Machines of two installations on one host must not meet, so another port means another network.</value>
    public string MachineNetwork => string.Create(CultureInfo.InvariantCulture, $"127.{20 + ((Port - DefaultPort + 65600) % 200)}");

    public IReadOnlyList<int> Ports =>
    [
        Port, ApiPort, ConsolePort, ProxyPort, AgentPort,
        .. Cloud.StartsMoto ? [MotoPort] : (int[])[],
        .. Cloud.HasMachineRoom ? [MachineRoomPort] : (int[])[],
    ];

    public string Url => PublicUrl ?? $"{(Certificate is null ? "http" : "https")}://{(Listen is "0.0.0.0" or "::" ? Environment.MachineName : Listen)}:{Port}";

    /// <summary>Refuses what would put passwords on a wire in the clear, and what cannot work.</summary>
    public void Validate()
    {
        if (Port is < 1024 or > 65529)
            throw new LauncherException($"--port {Port} is outside 1024 to 65529.", "The services behind it take the next ports.");
        if (!System.Net.IPAddress.TryParse(Listen, out var address))
            throw new LauncherException($"--listen {Listen} is not an IP address.");
        if (Certificate is null && !System.Net.IPAddress.IsLoopback(address))
            throw new LauncherException($"--listen {Listen} would send passwords over the network unencrypted.", "Give --tls-certificate FILE (PEM, certificate and key), or stay on 127.0.0.1.");
        if (Certificate is not null && !File.Exists(Certificate))
            throw new LauncherException($"--tls-certificate {Certificate}: there is no such file.");
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && PublicUrl == url.GetLeftPart(UriPartial.Authority)))
            throw new LauncherException($"--public-url {PublicUrl} is not an origin such as https://desktops.example.com.");
        if (Templates is not null && !Directory.Exists(Templates))
            throw new LauncherException($"--templates {Templates}: there is no such directory.");
        if (Guacd is not null and not Stack.Guacd.None && Stack.Guacd.Parse(Guacd) is null)
            throw new LauncherException($"--guacd {Guacd} is not host:port.", $"Give for example 127.0.0.1:{Stack.Guacd.UsualPort}, or {Stack.Guacd.None}.");
        new AwsSettings(this).Validate();
    }
}
