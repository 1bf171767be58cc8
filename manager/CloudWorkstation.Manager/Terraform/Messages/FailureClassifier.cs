using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Terraform.Messages;

/// <summary>Says why Terraform failed from what it printed: the first row that matches wins, so the particular goes before the general.</summary>
internal static class FailureClassifier
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    // A row with a sentence of its own says more to a person than its kind does.
    private static readonly (TerraformFailureKind Kind, Regex Pattern, string? Sentence)[] Rows =
    [
        Row(TerraformFailureKind.StorageFull, @"no space left on device|ENOSPC|disk quota exceeded"),
        Row(TerraformFailureKind.Locked, @"error acquiring the state lock|state (is )?already locked"),
        Row(TerraformFailureKind.Internal, @"NoSuchBucket|S3 bucket "".*"" does not exist", "The bucket that keeps Terraform's state does not exist."),
        Row(TerraformFailureKind.Internal, @"PermanentRedirect|AuthorizationHeaderMalformed|S3 MovedPermanently|requested bucket from "".*"", actual location",
            "The bucket that keeps Terraform's state is in another region than AWS_REGION says."),
        Row(TerraformFailureKind.Credentials, @"KMS\.\w+|kms:(GenerateDataKey|Decrypt|Encrypt|ReEncrypt)|KMSKey\w*|\bKMS key\b.*(denied|disabled|not exist|not found|pending deletion)",
            "The key that encrypts Terraform's state or a disk may not be used."),
        Row(TerraformFailureKind.Credentials, @"S3 bucket "".*"".*(AccessDenied|Forbidden|StatusCode: 403)|\bS3 (AccessDenied|Forbidden|AllAccessDisabled)",
            "The bucket that keeps Terraform's state refuses us: it is somebody else's, or the platform's role lacks the right to it."),
        Row(TerraformFailureKind.Credentials, @"ExpiredToken|RequestExpired|token (included in the request )?(is|has) expired|failed to refresh cached credentials",
            "The platform's cloud credentials have expired."),
        Row(TerraformFailureKind.Credentials, @"NoCredentials|no valid credential sources|no EC2 IMDS role found|unable to (get IAM security|load) credentials",
            "The platform has no cloud credentials."),
        Row(TerraformFailureKind.Credentials, @"UnauthorizedOperation|AccessDenied|is not authorized to perform|OptInRequired|explicit deny",
            "The platform's role in the cloud account may not do this."),
        Row(TerraformFailureKind.Credentials, @"InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure"),
        Row(TerraformFailureKind.Template, @"CannotPullContainer\w*.*(not found|manifest unknown|does not exist|invalid reference)",
            "The image of the desktop's proxy does not exist."),
        Row(TerraformFailureKind.Network, @"CannotPullContainer\w*.*(timeout|dial tcp|no such host|connection|EOF)",
            "The image of the desktop's proxy could not be downloaded: its registry does not answer."),
        Row(TerraformFailureKind.Credentials, @"CannotPullContainer\w*|unable to pull (secrets|registry auth)|CannotPullECRContainer",
            "The image of the desktop's proxy, or one of its secrets, may not be read by the platform."),
        Row(TerraformFailureKind.Capacity, @"Insufficient\w*Capacity|insufficient capacity|InsufficientFreeAddresses|we currently do not have sufficient|not supported in your requested Availability Zone"),
        Row(TerraformFailureKind.Template, @"could not resolve .*endpoint|InvalidRegion|invalid AWS Region|(is|are) not (a valid region|enabled in this region)|InvalidSubnetID\.NotFound"
            + @"|InvalidVpcID\.NotFound|InvalidSecurityGroupID\.NotFound|InvalidGroup\.NotFound|ec2\.[a-z0-9-]+\.amazonaws\.com[^\n]*no such host",
            "The platform's settings name a region or a network that the cloud account does not have."),
        Row(TerraformFailureKind.Template, @"InvalidAMIID\.(NotFound|Malformed|Unavailable)|InvalidAMI", "The machine image of this template does not exist in this region."),
        Row(TerraformFailureKind.Parameter, @"UnsupportedOperation|\bUnsupported: |InstanceTypeUnsupported|requested configuration is currently not supported",
            "The cloud does not offer a machine of this kind in this place."),
        Row(TerraformFailureKind.Throttled, @"Throttl(ing|ed)|RequestLimitExceeded|TooManyRequests|SlowDown|rate exceeded"),
        Row(TerraformFailureKind.Quota, @"VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded",
            "The cloud account may not run any more machines of this kind."),
        Row(TerraformFailureKind.Quota, @"LimitExceeded|QuotaExceeded|InstanceCountExceeded|\bquota\b|limit of .* (has been|was) (reached|exceeded)"),
        Row(TerraformFailureKind.Timeout, @"timeout while waiting for|context deadline exceeded"),
        Row(TerraformFailureKind.Network,
            @"dial tcp|connection (refused|reset)|no such host|i/o timeout|TLS handshake|network is unreachable|request send failed"
            + @"|could not connect to registry|failed to request discovery document"),
        Row(TerraformFailureKind.Parameter, @"invalid value for (input )?variable|InvalidParameter|InvalidKeyPair"),
        Row(TerraformFailureKind.Internal, @"(local|remote)-exec provisioner error|file provisioner error"),
        Row(TerraformFailureKind.Template,
            @"unsupported (argument|block type|attribute|terraform core version)|missing required argument|no value for required variable"
            + @"|invalid (reference|expression|function argument|index|template|character|block|resource|count|for_each|provider|operand|combination|multi-line)"
            + @"|argument or block definition required|reference to undeclared|call to unknown function|unclosed|duplicate .*(definition|configuration|declaration)"
            + @"|module (not found|not installed)|unreadable module|incompatible provider version|failed to (install|query available) provider|inconsistent dependency lock"
            + @"|no configuration files|cycle:|error in function call|unresolvable|failed to read module|backend initialization required"),
    ];

    private static readonly Dictionary<TerraformFailureKind, string> Sentences = new()
    {
        [TerraformFailureKind.StorageFull] = "The disk is full.",
        [TerraformFailureKind.Locked] = "Another run holds the lock of this desktop's state.",
        [TerraformFailureKind.Credentials] = "The cloud provider refused the platform's credentials.",
        [TerraformFailureKind.Capacity] = "The cloud provider has no machine of this kind free at the moment.",
        [TerraformFailureKind.Throttled] = "The cloud provider asks us to slow down.",
        [TerraformFailureKind.Quota] = "A limit of the cloud account is used up.",
        [TerraformFailureKind.Timeout] = "Something that was being built did not become ready in time.",
        [TerraformFailureKind.Network] = "A service that is needed could not be reached.",
        [TerraformFailureKind.Parameter] = "A parameter's value was refused.",
        [TerraformFailureKind.Template] = "The template has a fault.",
    };

    public static (TerraformFailureKind Kind, string Message) Classify(IReadOnlyList<TerraformDiagnostic> diagnostics, IEnumerable<string> lastLines, int? exitCode)
    {
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity == "error").ToList();
        var texts = errors.Count > 0 ? errors.Select(error => $"{error.Summary}\n{error.Detail}") : lastLines;
        var text = string.Join('\n', texts);
        foreach (var (kind, pattern, particular) in Rows)
        {
            if (pattern.IsMatch(text))
                return (kind, particular ?? Sentences.GetValueOrDefault(kind) ?? Summary(errors, exitCode));
        }

        return (TerraformFailureKind.Internal, Summary(errors, exitCode));
    }

    private static string Summary(List<TerraformDiagnostic> errors, int? exitCode)
    {
        if (errors.Count > 0)
            return $"Terraform failed: {errors[0].Summary}.";
        return exitCode switch
        {
            null => "Terraform could not be ended.",
            137 => "Terraform was killed, perhaps for want of memory.",
            > 128 => $"Terraform was ended by signal {exitCode - 128}.",
            _ => $"Terraform ended with code {exitCode} and no explanation.",
        };
    }

    private static (TerraformFailureKind Kind, Regex Pattern, string? Sentence) Row(TerraformFailureKind kind, string pattern, string? sentence = null) =>
        (kind, new Regex(pattern, Options), sentence);
}
