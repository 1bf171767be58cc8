using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>What a client is told instead of finding it where the SDK looks; null members are looked for.</summary>
internal sealed record AwsAccess(string? Endpoint, AWSCredentials? Credentials)
{
    /// <value>Everything from the standard variables, profiles and roles.</value>
    public static AwsAccess Standard { get; } = new(null, null);
}

/// <summary>
/// The SDK's own configuration of a client: region, credentials, retries and the endpoint settings <c>AWS_ENDPOINT_URL</c> and
/// <c>AWS_ENDPOINT_URL_EC2</c> come from the standard variables and profiles.
/// </summary>
internal sealed class AwsClientConfig : ClientConfig
{
    private const int Retries = 4;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(30);
    private readonly AwsService service;

    public AwsClientConfig(AwsService service, string region, AwsAccess access)
        : base(new DefaultConfigurationProvider([new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard }]))
    {
        this.service = service;
        ServiceId = service.ServiceId;
        AuthenticationServiceName = service.Endpoint;
        RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        AuthenticationRegion = region;
        MaxErrorRetry = Retries;
        Timeout = OneTry;
        EndpointProvider = new OneEndpoint(this);
        if (access.Endpoint is not null)
        {
            ServiceURL = access.Endpoint;
        }

        if (access.Credentials is not null)
        {
            DefaultAWSCredentials = access.Credentials;
        }
    }

    public override string RegionEndpointServiceName => service.Endpoint;

    public override string ServiceVersion => service.Version;

    public override string UserAgent => "cloudworkstation";

    private Endpoint Endpoint =>
        new(string.IsNullOrEmpty(ServiceURL) ? $"https://{service.Endpoint}.{RegionEndpoint.SystemName}.{RegionEndpoint.PartitionDnsSuffix}" : ServiceURL);

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => Endpoint;

    private sealed class OneEndpoint(AwsClientConfig config) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters) => config.Endpoint;
    }
}
