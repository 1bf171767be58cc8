using System.Text.Json;
using Amazon.S3;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>
/// The part of infra/aws that desktops need, applied on moto once for all tests: network, groups, secrets, table, bucket, roles. What is left
/// out (load balancer, services, database, alarms) is applied by infra/aws/test.sh.
/// </summary>
public sealed class AppliedPlatform : IAsyncLifetime
{
    private static readonly string[] Targets =
        ["module.network", "module.firewall", "module.secrets", "module.store", "module.access", "module.desktop_role", "aws_ecs_cluster.this", "aws_cloudwatch_log_group.this"];

    private readonly string work = Directory.CreateTempSubdirectory("cws-platform-").FullName;

    public const string Name = "proof";

    internal MotoServer Moto { get; private set; } = null!;

    internal TerraformCli Terraform { get; private set; } = null!;

    /// <value>The output <c>platform</c>, as processes get it.</value>
    public string Facts { get; private set; } = "";

    public string Table { get; private set; } = "";

    public string Bucket { get; private set; } = "";

    public string RecordingsBucket { get; private set; } = "";

    /// <value>The policies of each process's role.</value>
    internal IReadOnlyDictionary<string, Grants> Grants { get; private set; } = new Dictionary<string, Grants>();

    public string NewDirectory(string name) => Directory.CreateDirectory(Path.Combine(work, name)).FullName;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        Moto = await MotoServer.StartAsync(limit.Token);
        foreach (var (name, value) in Moto.Environment)
        {
            // The manager's clients and the Terraform that it starts read them from their process.
            Environment.SetEnvironmentVariable(name, value);
        }

        var root = Path.Combine(work, "infra", "aws");
        Checkout.Copy(Checkout.Path("infra", "aws"), root);
        Checkout.Copy(Checkout.Path("terraform", "modules"), Path.Combine(work, "terraform", "modules"));
        await File.WriteAllTextAsync(Path.Combine(root, "proof.auto.tfvars.json"), Variables(), limit.Token);
        Terraform = new TerraformCli(root, Moto.Environment);
        await Terraform.RunAsync(limit.Token, "init", "-input=false", "-backend=false", "-no-color");
        await Terraform.RunAsync(limit.Token, ["apply", "-input=false", "-auto-approve", "-no-color", "-parallelism=20", .. Targets.Select(t => "-target=" + t)]);
        Facts = await Terraform.RunAsync(limit.Token, "output", "-json", "platform");
        Table = JsonSerializer.Deserialize<string>(await Terraform.RunAsync(limit.Token, "output", "-json", "table"))!;
        Bucket = JsonSerializer.Deserialize<string>(await Terraform.RunAsync(limit.Token, "output", "-json", "state_bucket"))!;
        RecordingsBucket = JsonSerializer.Deserialize<string>(await Terraform.RunAsync(limit.Token, "output", "-json", "recordings_bucket"))!;
        await OpenBucketsAsync(limit.Token);
        Grants = Support.Grants.Read(await Terraform.RunAsync(limit.Token, "show", "-json"));
    }

    public async ValueTask DisposeAsync()
    {
        await Moto.DisposeAsync();
        Directory.Delete(work, recursive: true);
    }

    /// <summary>The buckets refuse requests without TLS. moto ignores a policy's conditions, so they would refuse all.</summary>
    private async Task OpenBucketsAsync(CancellationToken cancellationToken)
    {
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = Moto.Endpoint.AbsoluteUri, AuthenticationRegion = "eu-central-1", ForcePathStyle = true });
        await client.DeleteBucketPolicyAsync(Bucket, cancellationToken);
        await client.DeleteBucketPolicyAsync(RecordingsBucket, cancellationToken);
    }

    private static string Variables() => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["environment"] = Name,
        ["region"] = "eu-central-1",
        ["hostname"] = "desktops.example.com",
        ["certificate_arn"] = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
        ["allowed_cidrs"] = (string[])["203.0.113.0/24"],
        ["nat"] = "single",
        ["zones"] = 2,
        ["database"] = null,
        ["sizes"] = new { worker = new { cpu = 2048, memory = 8192, count = 1 } },
        ["deletion_protection"] = false,
        ["images"] = ((string[])["router", "api", "worker", "console_host", "desktop_proxy"]).ToDictionary(i => i, i => $"registry.example.com/cws/{i}:1.0.0"),
    });
}
