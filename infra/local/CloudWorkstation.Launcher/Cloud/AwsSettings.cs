using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Cloud;

/// <summary>What the services are told about AWS, by the standard variables and our settings. Pure.</summary>
public sealed class AwsSettings(StackOptions options)
{
    /// <summary>Where development happens when nobody says otherwise.</summary>
    public const string DefaultRegion = "eu-central-1";

    // What a developer's shell may hold for a real account must not be used with made-up keys, nor be sent to a fake.
    private static readonly string[] OfAnAccount =
    [
        "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CA_BUNDLE", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
    ];

    private readonly CloudOptions _cloud = options.Cloud;

    public static string Region => Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? DefaultRegion;

    public Uri? Address => _cloud.StartsMoto ? options.MotoAddress : _cloud.Endpoint?.Address;

    public IReadOnlyList<string> Removed => _cloud.Endpoint is { IsDevelopment: true } ? OfAnAccount : [];

    /// <summary>The standard variables: for every process that talks to AWS.</summary>
    public Dictionary<string, string?> Standard()
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal);
        if (_cloud.Endpoint is null)
            return settings;
        settings["AWS_ENDPOINT_URL"] = Address?.GetLeftPart(UriPartial.Authority);
        settings["AWS_REGION"] = Region;
        settings["AWS_DEFAULT_REGION"] = Region;
        if (!_cloud.Endpoint.IsDevelopment)
            return settings;
        settings["AWS_ACCESS_KEY_ID"] = "development";
        settings["AWS_SECRET_ACCESS_KEY"] = "development";
        settings["AWS_EC2_METADATA_DISABLED"] = "true";
        settings["AWS_CONFIG_FILE"] = "/dev/null";
        settings["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        return settings;
    }

    /// <summary>Ours, for the manager: which store, where the state is, what desktops are built into.</summary>
    public Dictionary<string, string?> Manager()
    {
        var settings = Standard();
        if (_cloud.Store == CloudOptions.DynamoDb)
        {
            settings["CWS_STORE__KIND"] = CloudOptions.DynamoDb;
            settings["CWS_STORE__CREATE"] = _cloud.Endpoint!.IsDevelopment ? "true" : null;
        }

        if (_cloud.HasPlatform)
        {
            settings["CWS_STATE__KIND"] = "s3";
            settings["CWS_STATE__BUCKET"] = StateBucket;
            settings["CWS_PLATFORM"] = _cloud.HasMachineRoom ? "@" + PlatformFile : null;
            foreach (var (name, value) in TerraformProviders.Settings(options.Data))
                settings[name] = value;
        }

        return settings;
    }

    public string PlatformFile => Path.Combine(options.Data.Root, "platform.json");

    /// <value>Null with an account: it must be named.</value>
    public string? StateBucket => _cloud.HasMachineRoom ? $"cws-{Variable("CWS_ENVIRONMENT") ?? StackDefinition.EnvironmentName}-state" : Variable("CWS_STATE__BUCKET");

    /// <summary>Of an account we make nothing up.</summary>
    public void Validate()
    {
        if (_cloud is not { HasPlatform: true, Endpoint: { IsDevelopment: false } endpoint })
            return;
        var missing = ((string[])["AWS_REGION", "CWS_STATE__BUCKET", "CWS_PLATFORM"]).Where(name => Variable(name) is null).ToList();
        if (missing.Count > 0)
            throw new LauncherException($"--aws-endpoint {endpoint.Name} needs {string.Join(", ", missing)} in the environment.", "infra/aws makes the platform and prints them; docs/settings.md explains each.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
