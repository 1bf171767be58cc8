using System.Collections.Concurrent;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>
/// One client per region, with the credentials that the process finds as every AWS program does; or as a request's own environment says,
/// so that we and the Terraform of the same run always mean the same place.
/// </summary>
internal sealed class S3Clients : IDisposable
{
    private readonly ConcurrentDictionary<(string Region, string? Endpoint, string? Key), AmazonS3Client> clients = new();

    public StateObjects For(StateLocation location, IReadOnlyDictionary<string, string> environment)
    {
        var endpoint = environment.GetValueOrDefault("AWS_ENDPOINT_URL_S3") ?? environment.GetValueOrDefault("AWS_ENDPOINT_URL") ?? AwsSurroundings.S3Endpoint;
        var key = (location.Region, endpoint, environment.GetValueOrDefault("AWS_ACCESS_KEY_ID"));
        return new(clients.GetOrAdd(key, _ => Create(location.Region, endpoint, Credentials(environment))), location);
    }

    /// <summary>For what else is kept in S3, with the process's own credentials.</summary>
    /// <param name="region">Null for the process's own.</param>
    public IAmazonS3 Client(string? region)
    {
        var key = (region ?? AwsSurroundings.Region ?? "us-east-1", AwsSurroundings.S3Endpoint, (string?)null);
        return clients.GetOrAdd(key, _ => Create(key.Item1, key.S3Endpoint, credentials: null));
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
            client.Dispose();
    }

    private static BasicAWSCredentials? Credentials(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue("AWS_ACCESS_KEY_ID", out var id) && environment.TryGetValue("AWS_SECRET_ACCESS_KEY", out var secret) ? new(id, secret) : null;

    private static AmazonS3Client Create(string region, string? endpoint, AWSCredentials? credentials)
    {
        AmazonS3Config configuration = new()
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region),
            Timeout = TimeSpan.FromSeconds(10),
            MaxErrorRetry = 3,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is not null)
        {
            configuration.ServiceURL = endpoint;
            configuration.AuthenticationRegion = region;
            configuration.ForcePathStyle = true;
        }

        return credentials is null ? new(configuration) : new(credentials, configuration);
    }
}
