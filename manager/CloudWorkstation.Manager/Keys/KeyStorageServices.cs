using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Keys;

public static class KeyStorageServices
{
    /// <summary>Where keys are kept, by the setting <c>Keys:Kind</c>. Apis and workers need it; only apis sign tokens.</summary>
    public static IServiceCollection AddKeyStorage(this IServiceCollection services)
    {
        services.AddOptions<KeyStorageOptions>().BindConfiguration("Keys").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<InternalKeyText>();
        services.TryAddSingleton<SealedDocuments>();
        services.TryAddSingleton<SecretsKeyFile>();
        services.TryAddSingleton<StoredSecretsKey>();
        services.TryAddSingleton<ISecretsKey>(s => s.KeysAreStored() ? s.GetRequiredService<StoredSecretsKey>() : s.GetRequiredService<SecretsKeyFile>());
        services.TryAddSingleton<SecretSeal>();
        return services.AddSingleton(SealedDocuments.Definition);
    }

    internal static bool KeysAreStored(this IServiceProvider services) =>
        services.GetRequiredService<IOptions<KeyStorageOptions>>().Value.Kind == KeyStorageKind.Store;
}
