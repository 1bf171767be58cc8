using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>
/// What people are written to. Nothing that the sender of a form typed is in a mail to an address that is not verified, so that nobody can use us
/// to write to strangers.
/// </summary>
internal sealed class RegistrationMails(IMailer mailer, PublicLinks links)
{
    private const string Ignore = "If this was not you, ignore this mail: nothing happens without the link.";

    public DocumentWrite Verify(string email, string token, DateTimeOffset until, int minutes) => Write(email, "registration.verify", "Confirm your e-mail address", $"""
        Somebody, probably you, wants to register at CloudWorkstation ({links.Host}) with this e-mail address.

        Open this page and press the button on it to go on:
        {links.To("/sign-in/verify#" + token)}

        The link works once and for {minutes} minutes. {Ignore}
        """, until);

    public DocumentWrite AlreadyThere(string email) => Write(email, "registration.exists", "You already have an account", $"""
        Somebody, probably you, wants to register at CloudWorkstation ({links.Host}) with this e-mail address. There is an account for it already.

        Sign in:
        {links.To("/sign-in")}

        Set a new password if you have forgotten yours:
        {links.To("/sign-in/reset")}

        If this was not you, ignore this mail.
        """);

    public DocumentWrite Waiting(RegistrationRecord registration) => Write(registration.Email, "registration.waiting", "Your registration waits for approval", $"""
        Your e-mail address is confirmed. An administrator of CloudWorkstation ({links.Host}) now decides about your registration as {registration.UserName}.
        You get a mail when that is done.
        """);

    public DocumentWrite Created(RegistrationRecord registration) => Write(registration.Email, "registration.created", "Your account is ready", $"""
        Your account at CloudWorkstation ({links.Host}) is ready. Your user name is {registration.UserName}; the password is the one you chose.

        Sign in:
        {links.To("/sign-in")}
        """);

    public DocumentWrite Refused(RegistrationRecord registration) => Write(registration.Email, "registration.refused", "Your registration was refused", $"""
        Your registration as {registration.UserName} at CloudWorkstation ({links.Host}) was refused.
        {(registration.Reason is null ? "" : $"\nThe reason given: {registration.Reason}\n")}
        What you entered is forgotten, except for the record that you asked.
        """);

    public DocumentWrite Cancelled(RegistrationRecord registration) => Write(registration.Email, "registration.cancelled", "Your account could not be made", $"""
        Your account at CloudWorkstation ({links.Host}) could not be made, and an administrator has ended the attempt. Ask them, or register again.
        """);

    private DocumentWrite Write(string to, string kind, string subject, string text, DateTimeOffset? until = null) =>
        mailer.Outbox(new MailMessage { To = to, Subject = subject, Text = text, Kind = kind, UsefulUntil = until });
}
