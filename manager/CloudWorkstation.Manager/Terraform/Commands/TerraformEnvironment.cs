using System.Collections;
using System.Globalization;

namespace CloudWorkstation.Manager.Terraform.Commands;

/// <summary>
/// The environment of a Terraform process, from an allow-list: whatever else is in ours (TF_VAR_*, TF_CLI_ARGS, tokens of other
/// parts) does not reach Terraform, its providers and its provisioners.
/// </summary>
internal static class TerraformEnvironment
{
    /// <summary>In HOME: the CLI configuration made for a mirror.</summary>
    public const string CliConfiguration = "cli.tfrc";

    private static readonly string[] Passed =
    [
        "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_CA_BUNDLE", "AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS", "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    ];

    private static readonly string[] Secret = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];

    public static Dictionary<string, string> Build(IDictionary inherited, TerraformOptions options, TerraformRequest request, string home)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in inherited)
        {
            if (entry is { Key: string name, Value: string value } && IsPassed(name))
                environment[name] = value;
        }

        environment["HOME"] = home;
        environment["TF_IN_AUTOMATION"] = "1";
        environment["TF_INPUT"] = "0";
        environment["CHECKPOINT_DISABLE"] = "1";
        if (options.CliConfig is { Length: > 0 } cliConfig)
            environment["TF_CLI_CONFIG_FILE"] = Path.GetFullPath(cliConfig);
        else if (options.Mirror is { Length: > 0 })
            environment["TF_CLI_CONFIG_FILE"] = Path.Combine(home, CliConfiguration);
        if (options.GoGc > 0)
            environment["GOGC"] = options.GoGc.ToString(CultureInfo.InvariantCulture);
        if (options.LogLevel is { Length: > 0 } level)
            environment["TF_LOG"] = level;
        foreach (var (name, value) in request.Environment)
            environment[name] = value;
        foreach (var (name, value) in request.SecretVariables)
            environment["TF_VAR_" + name] = value;
        return environment;
    }

    /// <summary>Values that must not come back in any line.</summary>
    public static IEnumerable<string> Secrets(TerraformRequest request, IReadOnlyDictionary<string, string> environment) =>
        request.SecretVariables.Values.Concat(Secret.Where(environment.ContainsKey).Select(name => environment[name]));

    private static bool IsPassed(string name) =>
        Passed.Contains(name, StringComparer.Ordinal) || name.StartsWith("AWS_ENDPOINT_URL", StringComparison.Ordinal);
}
