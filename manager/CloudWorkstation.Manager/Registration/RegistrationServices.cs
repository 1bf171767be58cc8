using CloudWorkstation.Manager.Registration.Addresses;
using CloudWorkstation.Manager.Registration.Directories;
using CloudWorkstation.Manager.Registration.Passwords;
using CloudWorkstation.Manager.Registration.Proofs;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Registration;

public static class RegistrationServices
{
    /// <summary>Accounts that people make for themselves, and passwords that they reset. Needs accounts, mail and the access rules.</summary>
    public static IServiceCollection AddRegistration(this IServiceCollection services)
    {
        services.AddOptions<RegistrationOptions>().BindConfiguration("Registration").ValidateDataAnnotations().ValidateOnStart();
        return services.AddParts();
    }

    /// <summary>The work that waits for nobody.</summary>
    public static IServiceCollection AddRegistrationRounds(this IServiceCollection services) => services.AddHostedService<RegistrationRounds>();

    private static IServiceCollection AddParts(this IServiceCollection services) => services
        .AddSettingsSection<RegistrationSettings>("registration", RegistrationSettings.Check)
        .AddSingleton(RegistrationDocuments.Definition)
        .AddSingleton(RegistrationDocuments.AddressesDefinition)
        .AddSingleton(ProofOfWork.Definition)
        .AddSingleton(PasswordResets.Definition)
        .AddSingleton(EmailChanges.Definition)
        .AddSingleton<RegistrationDocuments>()
        .AddSingleton<ProofRates>()
        .AddSingleton<ProofOfWork>()
        .AddSingleton<AddressClaims>()
        .AddSingleton<RegistrationMails>()
        .AddSingleton<RegistrationAccounts>()
        .AddSingleton<RegistrationVerification>()
        .AddSingleton<RegistrationExpiry>()
        .AddSingleton<DirectoryCreation>()
        .AddSingleton<IRegistrationService, RegistrationService>()
        .AddSingleton<IRegistrationDesk, RegistrationDesk>()
        .AddSingleton<EmailChangeMails>()
        .AddSingleton<IEmailChanges, EmailChanges>()
        .AddSingleton<PasswordResetMails>()
        .AddSingleton<IPasswordResets, PasswordResets>();
}
