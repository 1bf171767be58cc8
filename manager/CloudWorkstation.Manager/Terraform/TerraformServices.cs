using CloudWorkstation.Manager.Terraform.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Terraform;

public static class TerraformServices
{
    /// <summary>Adds <see cref="ITerraformRunner"/>, set up by the configuration's section <c>Terraform</c>.</summary>
    public static IServiceCollection AddTerraform(this IServiceCollection services)
    {
        services.AddOptions<TerraformOptions>().BindConfiguration(TerraformOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<TerraformOptions>, TerraformOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<S3Clients>();
        services.TryAddSingleton<ITerraformRunner>(provider => new TerraformRunner(
            provider.GetRequiredService<IOptions<TerraformOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<S3Clients>()));
        return services;
    }
}
