using CloudWorkstation.Manager.Aws.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Aws;

public static class AwsServices
{
    /// <summary>EC2 and ECS where Terraform is too slow for them. Nothing is asked of AWS before there is a desktop with a machine.</summary>
    public static IServiceCollection AddAws(this IServiceCollection services) => services
        .AddSingleton(AwsAccess.Standard)
        .AddSingleton<IAwsClients, AwsClients>();
}
