using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Terraform.State;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>What cannot work stops the process at its start, with the setting's name.</summary>
internal sealed partial class RecordingOptionsCheck : IValidateOptions<RecordingOptions>
{
    public ValidateOptionsResult Validate(string? name, RecordingOptions options)
    {
        List<string> problems = [];
        if (options.Bucket is { } bucket)
        {
            if (!BucketName().IsMatch(bucket))
            {
                problems.Add($"CWS_RECORDINGS__BUCKET is '{bucket}'; it must be the bare name of a bucket, without s3:// and without a path");
            }

            if (!KeyPrefix().IsMatch(options.Prefix))
            {
                problems.Add($"CWS_RECORDINGS__PREFIX is '{options.Prefix}'; it must be letters, digits, -, _, . and / between them");
            }

            if (options.Region is null && AwsSurroundings.Region is null)
            {
                problems.Add("CWS_RECORDINGS__REGION or AWS_REGION is missing; it says where the bucket is");
            }
        }
        else if (options.KmsKey is not null)
        {
            problems.Add("CWS_RECORDINGS__KMSKEY is set, and CWS_RECORDINGS__BUCKET is not: files are not encrypted by KMS");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BucketName();

    [GeneratedRegex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex KeyPrefix();
}
