using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary><c>infra/aws</c> makes the table that the store expects: its module is applied to moto and compared.</summary>
public sealed class PlatformTableTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task The_table_of_infra_aws_is_the_one_that_the_store_makes_for_itself()
    {
        Assert.SkipWhen(TerraformMirror.Directory is null, "There is no mirror of providers on this machine.");
        var (ours, theirs) = (await DynamoTable.CreateAsync(), await DynamoTable.WithoutTableAsync());
        await File.WriteAllTextAsync(directory.File("main.tf"), Root(theirs), Token);

        await TerraformAsync("init", "-input=false", "-no-color");
        await TerraformAsync("apply", "-auto-approve", "-input=false", "-no-color", "-target=module.store.aws_dynamodb_table.documents");

        await theirs.Setup().EnsureAsync(create: false, Token);
        (await DescribeAsync(theirs)).ShouldBe(await DescribeAsync(ours));
    }

    private static async Task<string> DescribeAsync(DynamoTable table)
    {
        var found = (await table.Client.DescribeTableAsync(table.Name, Token)).Table;
        var expiry = (await table.Client.DescribeTimeToLiveAsync(table.Name, Token)).TimeToLiveDescription;
        return string.Join(
            '\n',
            [
                found.BillingModeSummary.BillingMode.Value,
                Keys(found.KeySchema),
                .. found.AttributeDefinitions.Select(a => $"{a.AttributeName} {a.AttributeType}").Order(StringComparer.Ordinal),
                .. found.GlobalSecondaryIndexes.Select(i => $"{i.IndexName} {Keys(i.KeySchema)} {i.Projection.ProjectionType}").Order(StringComparer.Ordinal),
                $"{expiry.AttributeName} {expiry.TimeToLiveStatus}",
            ]);
    }

    private static string Keys(List<KeySchemaElement> keys) => string.Join(' ', keys.Select(k => $"{k.AttributeName}:{k.KeyType}").Order(StringComparer.Ordinal));

    private static string Root(DynamoTable table) => $$"""
        provider "aws" {
          region                      = "{{DynamoTable.Region}}"
          access_key                  = "test"
          secret_key                  = "test"
          skip_credentials_validation = true
          skip_metadata_api_check     = true
          skip_requesting_account_id  = true
          endpoints {
            dynamodb = "{{table.Endpoint.AbsoluteUri.TrimEnd('/')}}"
          }
        }

        module "store" {
          source              = "{{Module()}}"
          table_name          = "{{table.Name}}"
          bucket_prefix       = "none-"
          recordings_prefix   = "none-"
          kms_key_arn         = "arn:aws:kms:{{DynamoTable.Region}}:123456789012:key/00000000-0000-0000-0000-000000000000"
          deletion_protection = false
          old_state_days      = 30
          recording_days      = 30
        }
        """;

    private static string Module()
    {
        var room = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(room.FullName, "CloudWorkstation.sln")))
        {
            room = room.Parent ?? throw new DirectoryNotFoundException("The tests do not run in a checkout.");
        }

        return Path.Combine(room.FullName, "infra", "aws", "modules", "store");
    }

    private async Task TerraformAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments) { WorkingDirectory = directory.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in TerraformMirror.Environment(directory.Path))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0, await output + await errors);
    }
}
