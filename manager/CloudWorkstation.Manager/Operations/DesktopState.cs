using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.State;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Where a desktop's Terraform state is: on this machine, or in a bucket. Chosen once, stored with the desktop, never moved by a setting.</summary>
internal abstract record DesktopState
{
    private const string LocalPrefix = "local:";
    private const string S3Prefix = "s3:";

    /// <summary>What a new desktop stores before Terraform first runs: <c>local:ID</c> or <c>s3:BUCKET/KEY</c>.</summary>
    public static string New(string desktop, ManagerOptions options) => options.State.Kind == StateKind.S3
        ? $"{S3Prefix}{options.State.Bucket}/{options.State.KeyOf(options.Environment, desktop)}"
        : LocalPrefix + desktop;

    public static DesktopState Of(Desktop desktop) => desktop.State switch
    {
        var text when text.StartsWith(LocalPrefix, StringComparison.Ordinal) => new Local(text[LocalPrefix.Length..]),
        var text when text.StartsWith(S3Prefix, StringComparison.Ordinal) && text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash =>
            new S3(text[S3Prefix.Length..slash], text[(slash + 1)..]),
        _ => throw new InvalidOperationException($"Desktop {desktop.Id} keeps its state in '{desktop.State}', which this version does not know."),
    };

    public abstract TerraformBackend Backend(DataPaths paths, ManagerOptions options);

    /// <summary>Null when it is not kept on this machine.</summary>
    public virtual string? Directory(DataPaths paths) => null;

    public sealed record Local(string Name) : DesktopState
    {
        public override TerraformBackend Backend(DataPaths paths, ManagerOptions options) =>
            new("local", new JsonObject { ["path"] = Path.Combine(Directory(paths), "terraform.tfstate") });

        public override string Directory(DataPaths paths) => Path.Combine(paths.States, Name);
    }

    public sealed record S3(string Bucket, string Key) : DesktopState
    {
        public override TerraformBackend Backend(DataPaths paths, ManagerOptions options)
        {
            var region = AwsSurroundings.Region ?? throw new InvalidOperationException("Set AWS_REGION: it says where the bucket with Terraform's state is.");
            return new StateLocation(Bucket, Key, region, options.State.KmsKey).Backend(onAws: AwsSurroundings.S3Endpoint is null);
        }
    }
}
