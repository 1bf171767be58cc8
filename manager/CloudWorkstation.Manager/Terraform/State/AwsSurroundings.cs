namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>AWS's standard variables of this process; nothing of ours says the same again.</summary>
internal static class AwsSurroundings
{
    public static string? Region => Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");

    /// <value>Another service than AWS that answers as S3 does; null on AWS.</value>
    public static string? S3Endpoint => Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
