using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

internal enum FactorChange
{
    Enabled,
    Disabled,
    RecoveryCodeUsed,
    RecoveryCodesRenewed,
    ResetByAdministrator,
    TokenCreated,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeyCopied,
    IdentityLinked,
    IdentityUnlinked,
}

/// <summary>Tells people by mail what happened to the protection of their account: whoever did it, they should know.</summary>
internal sealed class FactorNews(IEnumerable<IMailer> mailers)
{
    private const string Closing = "\n\nIf this was not you, tell your administrator at once.\n";

    /// <summary>Nothing for an account without an address, and where no mail is composed in.</summary>
    public IEnumerable<DocumentWrite> Of(AccountRecord account, FactorChange change, string? name = null)
    {
        if (MailAddresses.Normalize(account.Email) is not { } to)
        {
            return [];
        }

        var (subject, text) = Say(change, name);
        var message = new MailMessage { To = to, Subject = subject, Text = $"Hello {account.DisplayName ?? account.UserName},\n\n{text}{Closing}", Kind = "account.second-factor", AccountId = account.Id };
        return mailers.Select(m => m.Outbox(message));
    }

    private static (string Subject, string Text) Say(FactorChange change, string? name) => change switch
    {
        FactorChange.Enabled => ("Your second factor is set up", "From now on, signing in to CloudWorkstation asks for a code of your authenticator app."),
        FactorChange.Disabled => ("Your second factor is switched off", "Signing in to CloudWorkstation no longer asks you for a code."),
        FactorChange.RecoveryCodeUsed => ("A recovery code was used", "Somebody signed in to your CloudWorkstation account with one of your recovery codes. It cannot be used again."),
        FactorChange.RecoveryCodesRenewed => ("You have new recovery codes", "New recovery codes were made for your CloudWorkstation account. The ones before are void."),
        FactorChange.ResetByAdministrator => ("Your second factor was reset", "An administrator has reset the second factor of your CloudWorkstation account and signed you out everywhere."),
        FactorChange.TokenCreated => ("A new API token", $"The API token \"{name}\" was created for your CloudWorkstation account."),
        FactorChange.PasskeyAdded => ("A new passkey", $"The passkey \"{name}\" was added to your CloudWorkstation account."),
        FactorChange.PasskeyRemoved => ("A passkey was removed", $"The passkey \"{name}\" was removed from your CloudWorkstation account."),
        FactorChange.PasskeyCopied => (
            "A passkey was refused",
            $"Somebody used the passkey \"{name}\" of your CloudWorkstation account with a counter that had gone back, as a copy of it would. It was refused. Remove the passkey and add a new one."),
        FactorChange.IdentityLinked => ("Another way to sign in", $"From now on, {name} signs in to your CloudWorkstation account, too."),
        FactorChange.IdentityUnlinked => ("A way to sign in was removed", $"{name} no longer signs in to your CloudWorkstation account."),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
