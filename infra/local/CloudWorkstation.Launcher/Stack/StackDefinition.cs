using System.Globalization;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Launcher.Stack;

/// <summary>The processes of the one-machine stack and the settings each is started with. Pure: it starts nothing.</summary>
public sealed class StackDefinition(StackOptions options, Checkout checkout)
{
    public const string EnvironmentName = "local";

    private readonly AwsSettings _aws = new(options);

    public ServiceDefinition Api => Dotnet("api", "api/CloudWorkstation.Api", options.ApiPort, new(_aws.Manager(), StringComparer.Ordinal)
    {
        ["CWS_PUBLICURL"] = options.Url,
        ["CWS_ENVIRONMENT"] = EnvironmentName,
        ["CWS_TEMPLATES"] = options.Templates ?? checkout.Templates,
        ["CWS_DESKTOPPROXY"] = Local(options.ProxyPort),
        ["CWS_JOBS__POSTGRES"] = options.Postgres,
        ["CWS_FIRSTADMIN__WIZARD"] = options.Setup ? "true" : null,
        ["CWS_DESKTOPPROXYSECRET"] = options.ProxySecret,
        ["CWS_GUACD"] = options.Guacd,
    });

    /// <summary>The AWS of this machine, when it is asked for. It serves one person at a time; its memory is its only store.</summary>
    public ServiceDefinition? Moto => !options.Cloud.StartsMoto ? null : new(
        "moto",
        "python3",
        [checkout.MotoScript, StackOptions.Loopback, options.MotoPort.ToString(CultureInfo.InvariantCulture)],
        Environment(new() { ["PYTHONUNBUFFERED"] = "1" }),
        new Uri(options.MotoAddress, "/moto-api/data.json"))
    { IsIrreplaceable = true };

    /// <summary>Makes the platform that desktops are built into, then plays their machines.</summary>
    public ServiceDefinition? MachineRoom => !options.Cloud.HasMachineRoom ? null : Dotnet(
        "machine-room",
        "infra/local/CloudWorkstation.MachineRoom",
        options.MachineRoomPort,
        new(_aws.Standard(), StringComparer.Ordinal)
        {
            ["CWS_ENVIRONMENT"] = EnvironmentName,
            ["CWS_STATE__BUCKET"] = _aws.StateBucket,
            ["CWS_MACHINEROOM__PLATFORMFILE"] = _aws.PlatformFile,
            ["CWS_MACHINEROOM__NETWORK"] = options.MachineNetwork,
            ["CWS_API"] = ApiAddress,
            ["CWS_DESKTOPPROXY"] = Local(options.ProxyPort),
            ["CWS_PUBLICURL"] = options.Url,
            ["CWS_DESKTOPPROXYSECRET"] = options.ProxySecret,
        });


    public ServiceDefinition Console => Dotnet("console-host", "console-host/CloudWorkstation.ConsoleHost", options.ConsolePort, new()
    {
        ["CWS_CONSOLE__ROOT"] = checkout.WebRoot,
        ["CWS_PUBLICURL"] = options.Url,
    });

    public ServiceDefinition Proxy => Dotnet("desktop-proxy", "router/CloudWorkstation.DesktopProxy", options.ProxyPort, new()
    {
        ["CWS_API"] = ApiAddress,
        ["CWS_INTERNALKEYFILE"] = InternalKey,
        ["CWS_DESKTOPPROXYKEYFILE"] = Path.Combine(options.Data.Keys, "desktop-proxy.pem"),
        ["CWS_PUBLICURL"] = options.Url,
        ["CWS_GUACD"] = options.Guacd,
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
    });

    public ServiceDefinition Agent => AgentProcess with
    {
        Before = AgentProcess with { Name = "route-agent-prepare", Arguments = [.. AgentProcess.Arguments, "prepare"] },
    };

    public ServiceDefinition Haproxy => new(
        "haproxy",
        "haproxy",
        ["-W", "-S", $"{Path.Combine(options.Data.Router, "master.sock")},mode,600,level,admin", "-f", Path.Combine(checkout.HaproxyDirectory, "haproxy.cfg")],
        Environment(new()
        {
            ["CWS_ROUTER_DIR"] = options.Data.Router,
            ["CWS_ROUTER_BIND"] = options.Certificate is null ? PublicAddress : $"{PublicAddress} ssl crt {options.Certificate}",
            ["CWS_API_ADDR"] = Local(options.ApiPort),
            ["CWS_CONSOLE_ADDR"] = Local(options.ConsolePort),
            ["CWS_PUBLIC_ORIGIN"] = options.Url,
        }),
        new Uri($"{(options.Certificate is null ? "http" : ReadyProbe.TcpScheme)}://{ProbeAddress}:{options.Port}/health"));

    private ServiceDefinition AgentProcess => Dotnet("route-agent", "router/CloudWorkstation.Router", options.AgentPort, new()
    {
        ["CWS_API"] = ApiAddress,
        ["CWS_INTERNALKEYFILE"] = InternalKey,
        ["CWS_ROUTER__DIRECTORY"] = options.Data.Router,
    });

    private string ApiAddress => $"http://{Local(options.ApiPort)}";

    private string InternalKey => Path.Combine(options.Data.Keys, "internal.key");

    private string PublicAddress => $"{Bracketed(options.Listen)}:{options.Port}";

    /// <summary>A wildcard address is asked on loopback.</summary>
    private string ProbeAddress => Bracketed(options.Listen switch { "0.0.0.0" => StackOptions.Loopback, "::" => "::1", var address => address });

    private ServiceDefinition Dotnet(string name, string project, int port, Dictionary<string, string?> settings)
    {
        settings["ASPNETCORE_URLS"] = $"http://{Local(port)}";
        settings["DOTNET_gcServer"] = "0";
        settings["DOTNET_gcConcurrent"] = "0";
        settings["DOTNET_TieredPGO"] = "0";

        // 3 MB (the number is hexadecimal) instead of the size of a server's cache: what a start leaves behind would stay resident for good.
        settings["DOTNET_GCGen0MaxBudget"] = "300000";
        settings["DOTNET_NOLOGO"] = "1";
        return new ServiceDefinition(name, "dotnet", [checkout.Assembly(project)], Environment(settings), new Uri($"http://{Local(port)}/health/ready")) { Removed = _aws.Removed };
    }

    /// <summary>What the caller's environment already sets of ours wins: every setting of a service can be overridden without a flag of its own.</summary>
    private Dictionary<string, string> Environment(Dictionary<string, string?> settings)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CWS_DATA"] = options.Data.Root,
            [Leftovers.ServiceMarker] = options.Data.Root,
        };
        foreach (var (name, value) in settings)
        {
            var overridden = name.StartsWith("CWS_", StringComparison.Ordinal) && !string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable(name));
            if (value is not null && !overridden)
                result[name] = value;
        }

        return result;
    }

    private static string Bracketed(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"{StackOptions.Loopback}:{port}");
}
