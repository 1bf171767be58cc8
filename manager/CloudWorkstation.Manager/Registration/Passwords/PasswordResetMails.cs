using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration.Passwords;

internal sealed class PasswordResetMails(IMailer mailer, PublicLinks links)
{
    public DocumentWrite Link(AccountRecord account, string token, DateTimeOffset until, int minutes) => Write(account, "password.reset", "Set a new password", $"""
        Somebody, probably you, asked for a new password of the account {account.UserName} at CloudWorkstation ({links.Host}).

        Set it here:
        {links.To("/sign-in/reset#" + token)}

        The link works once and for {minutes} minutes. If this was not you, ignore this mail: your password stays as it is.
        """, until);

    public DocumentWrite Elsewhere(AccountRecord account) => Write(account, "password.elsewhere", "Your password is not kept here", $"""
        Somebody, probably you, asked for a new password of the account {account.UserName} at CloudWorkstation ({links.Host}).

        This account signs in with another service, which keeps its password. Set a new one there, then sign in:
        {links.To("/sign-in")}

        If this was not you, ignore this mail.
        """);

    public DocumentWrite Changed(AccountRecord account) => Write(account, "password.changed", "Your password was changed", $"""
        The password of your account {account.UserName} at CloudWorkstation ({links.Host}) was changed by a link that we sent to this address. You are signed out everywhere.

        If this was not you, tell an administrator at once.
        """);

    private DocumentWrite Write(AccountRecord account, string kind, string subject, string text, DateTimeOffset? until = null) =>
        mailer.Outbox(new MailMessage { To = account.Email!, Subject = subject, Text = text, Kind = kind, AccountId = account.Id, UsefulUntil = until });
}
