using CloudWorkstation.Manager.Accounts.Bans;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Keys;
using CloudWorkstation.Manager.Accounts.Passkeys;
using CloudWorkstation.Manager.Accounts.Providers;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Accounts.Tokens;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts;

public static class AccountsServices
{
    /// <summary>
    /// Accounts, sessions and signing keys. Needs the store, <see cref="DataPaths"/> and the audit log; tells every registered
    /// <see cref="ISessionEndings"/>.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccountOptions>().BindConfiguration("Accounts").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<KeyOptions>().BindConfiguration("Keys").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<FirstAdminOptions>().BindConfiguration("FirstAdmin");
        services.AddOptions<ApiTokenOptions>().BindConfiguration("Tokens").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSecondFactor().AddPasskeys().AddApiTokens().AddIdentity().AddExternalIdentities().AddProviders().AddSessions().AddKeys().AddNotices()
            .AddSingleton(AdminGuard.Definition)
            .AddSingleton<AdminGuard>()
            .AddSingleton<FirstAdminFile>()
            .AddSingleton(BanList.Definition)
            .AddSingleton<BanList>()
            .AddSingleton<IBans, BanService>()
            .AddSingleton<AccountService>()
            .AddSingleton<IAccountService>(s => s.GetRequiredService<AccountService>());
    }

    private static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton(AccountUserStore.Definition)
        .AddSingleton(AccountUserStore.Names)
        .AddSingleton(UnknownNames.Definition)
        .AddSingleton<AccountUserStore>()
        .AddSingleton<UserNames>()
        .AddSingleton<AccountManager>()
        .AddSingleton<IPasswordHasher<AccountRecord>>(provider => new PasswordHasher<AccountRecord>(Options.Create(new PasswordHasherOptions
        {
            IterationCount = provider.GetRequiredService<IOptions<AccountOptions>>().Value.PasswordIterations,
        })))
        .AddSingleton<PasswordChecker>()
        .AddSingleton<UnknownNames>()
        .AddSingleton<PasswordSignIn>();

    private static IServiceCollection AddSecondFactor(this IServiceCollection services) => services
        .AddSettingsSection<SignInSettings>("sign-in", SignInSettings.Check)
        .AddSingleton(Challenges.Definition)
        .AddSingleton<Challenges>()
        .AddSingleton<SecondFactorPolicy>()
        .AddSingleton<OwnAccounts>()
        .AddSingleton<FactorCodes>()
        .AddSingleton<FactorNews>()
        .AddSingleton<ISecondFactorSignIn, SecondFactorSignIn>()
        .AddSingleton<ISecondFactorService, SecondFactorService>()
        .AddSingleton<Proofs>()
        .AddSingleton<IProofs>(provider => provider.GetRequiredService<Proofs>());

    private static IServiceCollection AddPasskeys(this IServiceCollection services) => services
        .AddSingleton(PasskeyDocuments.Definition)
        .AddSingleton(PasskeyTickets.Definition)
        .AddSingleton<PasskeyDomain>()
        .AddSingleton<PasskeyTickets>()
        .AddSingleton<PasskeyJudge>()
        .AddSingleton<PasskeyRefusals>()
        .AddSingleton<IPasskeys, MyPasskeys>()
        .AddSingleton<IPasskeySignIn, PasskeySignIn>();

    private static IServiceCollection AddApiTokens(this IServiceCollection services) => services
        .AddSingleton(ApiTokenRecord.Definition)
        .AddSingleton<IApiTokens, ApiTokens>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton(SessionDocuments.Definition)
        .AddSingleton<SessionDocuments>()
        .AddSingleton<IRevocations>(provider => provider.GetRequiredService<SessionDocuments>())
        .AddSingleton<SessionEnder>()
        .AddSingleton<SessionVouching>()
        .AddSingleton<SessionStarter>()
        .AddSingleton<SignInCompletion>()
        .AddSingleton<ISignInCompletion>(provider => provider.GetRequiredService<SignInCompletion>())
        .AddSingleton<ISessionService, SessionService>();

    private static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddKeyStorage()
        .AddSingleton<KeyFiles>()
        .AddSingleton<StoredKeys>()
        .AddSingleton<IKeyStorage>(s => s.KeysAreStored() ? s.GetRequiredService<StoredKeys>() : s.GetRequiredService<KeyFiles>())
        .AddSingleton<KeyRing>()
        .AddSingleton<IKeyRing>(provider => provider.GetRequiredService<KeyRing>())
        .AddHostedService<KeyRotation>();
}
