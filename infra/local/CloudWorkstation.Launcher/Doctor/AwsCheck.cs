using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>What building desktops in AWS needs: providers, and credentials where the data directory belongs to an account.</summary>
internal static class AwsCheck
{
    private static readonly string[] CredentialVariables =
        ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    public static IEnumerable<Finding> Run(DataDirectory data)
    {
        yield return TerraformProviders.MirrorDirectory is { } mirror
            ? new Finding("provider-mirror", Verdict.Ok, $"Terraform's providers come from {mirror}")
            : new Finding("provider-mirror", Verdict.Ok, "no mirror of Terraform's providers on this machine: they come from their registry, once (some 600 MB for AWS)");
        if (Installation.Load(data) is not { Endpoint: { } endpoint } || AwsEndpoint.Parse(endpoint).IsDevelopment)
            yield break;
        yield return Credentials();
        foreach (var name in ((string[])["AWS_REGION", "CWS_STATE__BUCKET", "CWS_PLATFORM"]).Where(name => !IsSet(name)))
            yield return new Finding("aws-settings", Verdict.Fail, $"{name} is not set, and {data.Root} belongs to AWS endpoint {endpoint}", "infra/aws prints it; docs/settings.md explains it.");
    }

    /// <summary>Whether there are some; only AWS can say whether they are good, and the api asks it.</summary>
    private static Finding Credentials()
    {
        if (CredentialVariables.FirstOrDefault(IsSet) is { } variable)
            return new Finding("aws-credentials", Verdict.Ok, $"AWS credentials come from {variable}");
        var file = Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws/credentials");
        return File.Exists(file)
            ? new Finding("aws-credentials", Verdict.Ok, $"AWS credentials come from {file}")
            : new Finding("aws-credentials", Verdict.Warn, "no AWS credentials in the environment or in a file; only a machine with a role can go on", "aws configure, or set AWS_PROFILE.");
    }

    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
