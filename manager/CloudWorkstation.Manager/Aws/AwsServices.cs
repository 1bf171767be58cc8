using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Aws.Orphans;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Aws.Watch;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Aws;

public static class AwsServices
{
    /// <summary>EC2 and ECS where Terraform is too slow for them. Nothing is asked of AWS before there is a desktop with a machine.</summary>
    public static IServiceCollection AddAws(this IServiceCollection services) => services
        .AddSingleton(AwsAccess.Standard)
        .AddSingleton<IAwsClients, AwsClients>()
        .AddSingleton<IMachinePower, MachinePower>()
        .AddSingleton<IMachineConsole, MachineConsole>()
        .AddSingleton<IMachineRestart, MachineRestart>()
        .AddSingleton<IMachineRemains, MachineRemains>()
        .AddSingleton(ProxyDocuments.Definition)
        .AddSingleton<ProxyDocuments>()
        .AddSingleton<IProxyAddresses, ProxyAddresses>()
        .AddSingleton<IProxyAnnouncements, ProxyAnnouncements>()
        .AddSingleton<MachineWatch>()
        .AddOrphans();

    /// <summary>For processes that host jobs.</summary>
    public static IServiceCollection AddMachineWatch(this IServiceCollection services, JobsOptions jobs) =>
        jobs.Host ? services.AddHostedService<MachineWatchService>().AddHostedService<OrphanReport>().AddHostedService<OrphanOrderService>() : services;

    private static IServiceCollection AddOrphans(this IServiceCollection services) => services
        .AddSingleton<AwsPlace>()
        .AddSingleton<IOrphanSource, OrphanServices>()
        .AddSingleton<IOrphanSource, OrphanTaskDefinitions>()
        .AddSingleton<IOrphanSource, OrphanInstances>()
        .AddSingleton<IOrphanSource, OrphanVolumes>()
        .AddSingleton<IOrphanSource, OrphanParameters>()
        .AddSingleton<IOrphanSource, OrphanStates>()
        .AddSingleton(OrphanOrders.Definition)
        .AddSingleton<OrphanOrders>()
        .AddSingleton<OrphanSweep>()
        .AddSingleton<IOrphanSweep>(s => s.GetRequiredService<OrphanSweep>());
}
