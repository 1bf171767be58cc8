using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Directories;

public static class DirectoriesServices
{
    /// <summary>LDAP directories: they vouch for people who sign in. Needs the settings; accounts ask it.</summary>
    public static IServiceCollection AddDirectories(this IServiceCollection services) => services
        .AddSettingsSection<DirectoriesSettings>("directories", DirectoryRules.Check)
        .AddSingleton<DirectoryHealth>()
        .AddSingleton<IDirectoryWriter, DirectoryWriter>()
        .AddSingleton<IDirectoryTester, DirectoryTester>()
        .AddSingleton<IPasswordAuthority, DirectoryAuthority>()
        .AddSingleton<ISessionVoucher, DirectoryVoucher>();
}
