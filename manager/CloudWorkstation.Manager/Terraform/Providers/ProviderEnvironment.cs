namespace CloudWorkstation.Manager.Terraform.Providers;

/// <summary>What of a run's environment a provider gets that outlives it: credentials and places, but no variable and no workspace.</summary>
internal static class ProviderEnvironment
{
    private const string AwsCertificates = "AWS_CA_BUNDLE";
    private const string Certificates = "SSL_CERT_FILE";

    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> run)
    {
        var own = run
            .Where(pair => !pair.Key.StartsWith("TF_", StringComparison.Ordinal) && pair.Key is not ("HOME" or "GOGC" or "CHECKPOINT_DISABLE"))
            .ToDictionary(StringComparer.Ordinal);
        // The AWS provider cannot be set up a second time with it; Go reads the same file by the other name.
        if (own.Remove(AwsCertificates, out var bundle))
            own.TryAdd(Certificates, bundle);
        // It would write every request and answer.
        foreach (var name in (string[])["TF_LOG", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_PROVIDER"])
            own[name] = "off";
        return own;
    }

    public static string Identity(IReadOnlyDictionary<string, string> environment) =>
        string.Join('\n', environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
