namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>Section <c>State</c>: where the state of desktops that are created from now on is kept. Every desktop remembers its own place.</summary>
public sealed record StateOptions
{
    /// <value><c>local</c>, a directory per desktop on this machine, or <c>s3</c>. The default value is <c>local</c>.</value>
    public StateKind Kind { get; init; } = StateKind.Local;

    /// <value>Needed with <c>s3</c>. It should be versioned: what a desktop was can then be looked up after it is gone.</value>
    public string? Bucket { get; init; }

    /// <value>What all keys begin with. The default value is <c>states/</c>.</value>
    public string Prefix { get; init; } = "states/";

    /// <value>Id or ARN of a KMS key that encrypts the objects; null for the bucket's own encryption.</value>
    public string? KmsKey { get; init; }

    /// <summary>The key of a desktop's state: one per desktop and environment.</summary>
    public string KeyOf(string environment, string desktop) => $"{Prefix}{environment}/{desktop}/terraform.tfstate";

    /// <exception cref="InvalidOperationException">A setting is missing or cannot work; all are named.</exception>
    public void Check(string environment)
    {
        if (Kind == StateKind.Local)
            return;
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(Bucket))
            problems.Add("State:Bucket is missing; name the bucket that keeps Terraform's state");
        if (Prefix.StartsWith('/') || (Prefix.Length > 0 && !Prefix.EndsWith('/')))
            problems.Add($"State:Prefix is '{Prefix}'; it must end with a slash and not begin with one");
        if (environment.Contains('/', StringComparison.Ordinal))
            problems.Add($"Environment is '{environment}'; it must not contain a slash, since it is a part of the state's key");
        if (AwsSurroundings.Region is null)
            problems.Add("AWS_REGION is missing; it says where the bucket is");
        if (problems.Count > 0)
            throw new InvalidOperationException($"Terraform's state cannot be kept in S3: {string.Join("; ", problems)}.");
    }
}

public enum StateKind
{
    Local,
    S3,
}
