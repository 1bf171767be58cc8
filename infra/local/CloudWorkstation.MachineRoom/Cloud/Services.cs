using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace CloudWorkstation.MachineRoom.Cloud;

/// <summary>The services beside EC2, each reduced to how it is called.</summary>
public sealed class Services(Aws aws)
{
    public Task<XElement> IamAsync(string action, CancellationToken cancellationToken, params (string Name, string Value)[] parameters) =>
        aws.QueryAsync("iam", "2010-05-08", action, parameters, cancellationToken);

    public Task<JsonObject> EcsAsync(string operation, JsonObject body, CancellationToken cancellationToken) =>
        aws.JsonAsync("ecs", "AmazonEC2ContainerServiceV20141113." + operation, body, cancellationToken);

    public Task<JsonObject> KmsAsync(string operation, JsonObject body, CancellationToken cancellationToken) =>
        aws.JsonAsync("kms", "TrentService." + operation, body, cancellationToken);

    public Task<JsonObject> LogsAsync(string operation, JsonObject body, CancellationToken cancellationToken) =>
        aws.JsonAsync("logs", "Logs_20140328." + operation, body, cancellationToken);

    public Task<JsonObject> SecretsAsync(string operation, JsonObject body, CancellationToken cancellationToken) =>
        aws.JsonAsync("secretsmanager", "secretsmanager." + operation, body, cancellationToken);

    public async Task EnsureBucketAsync(string name, string region, CancellationToken cancellationToken)
    {
        try
        {
            await aws.PutAsync("s3", $"/{name}", $"<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>", cancellationToken);
        }
        catch (AwsException there) when (there.Says("BucketAlreadyOwnedByYou") || there.Says("BucketAlreadyExists"))
        {
            // Made by an earlier start.
        }

        await aws.PutAsync("s3", $"/{name}?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", cancellationToken);
    }

    /// <summary>A SecureString, or null while there is none.</summary>
    public async Task<string?> ParameterAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await aws.JsonAsync("ssm", "AmazonSSM.GetParameter", new JsonObject { ["Name"] = name, ["WithDecryption"] = true }, cancellationToken);
            return answer["Parameter"]!["Value"]!.GetValue<string>();
        }
        catch (AwsException absent) when (absent.Says("ParameterNotFound"))
        {
            return null;
        }
    }
}
