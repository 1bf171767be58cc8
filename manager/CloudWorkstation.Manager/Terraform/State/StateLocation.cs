using System.Text.Json.Nodes;

namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>One state object in S3 and, beside it, the lock that Terraform's <c>use_lockfile</c> knows.</summary>
internal sealed record StateLocation(string Bucket, string Key, string Region, string? KmsKey)
{
    private const string S3 = "s3";

    public string LockKey => Key + ".tflock";

    /// <summary>Null for another backend.</summary>
    public static StateLocation? Of(TerraformBackend backend) => backend.Type == S3
        ? new(Text(backend, "bucket")!, Text(backend, "key")!, Text(backend, "region")!, Text(backend, "kms_key_id"))
        : null;

    /// <summary>The backend block. Elsewhere than on AWS its checks would ask AWS's own services, and host names would not resolve.</summary>
    public TerraformBackend Backend(bool onAws)
    {
        JsonObject settings = new()
        {
            ["bucket"] = Bucket,
            ["key"] = Key,
            ["region"] = Region,
            ["encrypt"] = true,
            ["use_lockfile"] = true,
        };
        if (KmsKey is { Length: > 0 })
            settings["kms_key_id"] = KmsKey;
        if (!onAws)
        {
            foreach (var name in (string[])["use_path_style", "skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation", "skip_requesting_account_id"])
                settings[name] = true;
        }

        return new(S3, settings);
    }

    private static string? Text(TerraformBackend backend, string name) => backend.Settings[name]?.GetValue<string>();
}
