using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration.Addresses;

internal sealed class EmailChangeMails(IMailer mailer, PublicLinks links)
{
    public DocumentWrite Link(AccountRecord account, string to, string token, DateTimeOffset until, int minutes) => Write(to, account.Id, "email.change", "Your new e-mail address", $"""
        The account {account.UserName} at CloudWorkstation ({links.Host}) is to have this e-mail address.

        If this is your account, confirm it here:
        {links.To("/sign-in/email#" + token)}

        The link works once and for {minutes} minutes. If this was not you, ignore this mail: nothing changes.
        """, until);

    public DocumentWrite Taken(string to) => Write(to, null, "email.taken", "Your e-mail address has an account already", $"""
        Somebody, perhaps you, wanted to use this e-mail address for another account at CloudWorkstation ({links.Host}). It has an account already, so nothing was changed.

        If this was not you, ignore this mail.
        """);

    public DocumentWrite Changed(AccountRecord account, string old) => Write(old, account.Id, "email.changed", "Your e-mail address was changed", $"""
        Your account {account.UserName} at CloudWorkstation ({links.Host}) has another e-mail address from now on. Mails no longer come to this one.

        If this was not you, tell an administrator at once.
        """);

    private DocumentWrite Write(string to, string? account, string kind, string subject, string text, DateTimeOffset? until = null) =>
        mailer.Outbox(new MailMessage { To = to, Subject = subject, Text = text, Kind = kind, AccountId = account, UsefulUntil = until });
}
