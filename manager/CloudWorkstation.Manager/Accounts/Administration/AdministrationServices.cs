using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Accounts.Administration;

public static class AdministrationServices
{
    /// <summary>Other people's accounts, sessions and possessions; needs accounts and desktops.</summary>
    public static IServiceCollection AddAccountAdministration(this IServiceCollection services) =>
        services.AddSingleton<IAccountAdministration, AccountAdministration>();
}
