using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Settings;

public static class SettingsServices
{
    /// <summary>One section; whoever needs it asks for <see cref="ISettings{T}"/>. Needs the store, the audit log and the keys.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Lower-case words with hyphens.</param>
    /// <param name="check">Every rule that a value breaks; fields as camelCase paths such as <c>providers[0].issuer</c>.</param>
    public static IServiceCollection AddSettingsSection<T>(this IServiceCollection services, string name, Func<T, IReadOnlyList<FieldError>> check)
        where T : class, new()
    {
        if (services.All(s => !ReferenceEquals(s.ImplementationInstance, SettingsDocument.Definition)))
        {
            services.AddSingleton(SettingsDocument.Definition);
        }

        services.TryAddSingleton<SettingsJson>();
        return services
            .AddSingleton(new SettingsSectionInfo(name, typeof(T)) { Check = value => check((T)value) })
            .AddSingleton<ISettingsPart>(s => new SettingsPart<T>(s.GetServices<SettingsSectionInfo>().Single(i => i.Name == name), s.GetRequiredService<ISettings<T>>()))
            .AddSingleton<ISettings<T>>(s => new SettingsSection<T>(
                name,
                check,
                s.GetRequiredService<IDocumentStore>(),
                s.GetRequiredService<SettingsJson>(),
                s.GetRequiredService<IConfiguration>(),
                s.GetRequiredService<IAuditLog>(),
                s.GetRequiredService<TimeProvider>()));
    }
}
