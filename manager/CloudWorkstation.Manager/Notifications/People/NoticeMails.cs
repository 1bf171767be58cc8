using System.Globalization;
using System.Text.Json;
using CloudWorkstation.Manager.Mail;

namespace CloudWorkstation.Manager.Notifications.People;

/// <summary>A notice in words.</summary>
internal sealed record NoticeMail(string Subject, string Text);

/// <summary>What people read. Names that somebody chose stand in quotation marks, without anything invisible.</summary>
internal sealed class NoticeMails(PublicLinks links)
{
    private const int LongestName = 200;

    public NoticeMail Of(Notice notice)
    {
        var data = notice.Data;
        var mail = notice.Type switch
        {
            NoticeTypes.DesktopReady => new NoticeMail($"{Desktop(data)} is ready", $"Your desktop {Desktop(data)} is running.\n\nOpen it: {DesktopPage(data)}"),
            NoticeTypes.DesktopFailed => new NoticeMail(
                $"{Desktop(data)} failed",
                $"Your desktop {Desktop(data)} failed: {Text(data, "failure", "message")}\n{Text(data, "failure", "fix")}\n\nSee what happened, and try again: {DesktopPage(data)}"),
            NoticeTypes.DesktopStoppingSoon => Soon(data, "stopped", "What is stored on it stays; what is open on it is closed."),
            NoticeTypes.DesktopDeletingSoon => Soon(data, "deleted", "Everything that is stored on it goes with it."),
            NoticeTypes.AccountLocked => new NoticeMail(
                "Your account is locked for a while",
                $"Somebody gave wrong passwords for your account {Text(data, "account", "userName")} several times{From(data)}. It is locked until {Moment(data, "until")}.\n\n"
                + "If that was you, wait until then. If it was not, nothing is lost: choose a new password if yours is used elsewhere too, and tell your administrator if it happens again."),
            NoticeTypes.ApprovalAsked => new NoticeMail(
                $"{Quoted(Text(data, "registration", "userName"))} asks for an account",
                $"{Quoted(Text(data, "registration", "userName"))} ({Text(data, "registration", "email")}) registered and waits for an administrator's decision.\n\nDecide: {links.To("/admin/registrations")}"),
            NoticeTypes.DeliveryFailing => new NoticeMail(
                $"{Text(data, "channel")} does not take what it is sent",
                $"Nothing has arrived at {Text(data, "channel")} since {Moment(data, "since")}. The last attempt: {Text(data, "problem")}\n\nLook at it: {links.To("/admin/settings")}"),
            _ => new NoticeMail(notice.Type, JsonSerializer.Serialize(data, ProductJson.Options)),
        };
        return mail with { Subject = Clean(mail.Subject), Text = $"{mail.Text}\n\nChoose what you get by mail: {links.To("/account")}\n" };
    }

    private NoticeMail Soon(JsonElement data, string what, string consequence) => new(
        $"{Desktop(data)} is about to be {what}",
        $"Your desktop {Desktop(data)} will be {what} at {Moment(data, "at")}. {Text(data, "reason")}\n{consequence}\n\nYour desktop: {DesktopPage(data)}");

    private string DesktopPage(JsonElement data) => links.To("/desktops/" + Text(data, "desktop", "id"));

    private static string Desktop(JsonElement data) => Quoted(Text(data, "desktop", "name"));

    private static string From(JsonElement data) => Text(data, "address") is { Length: > 0 } address ? $" (the last time from {address})" : "";

    private static string Moment(JsonElement data, string name) =>
        DateTimeOffset.TryParse(Text(data, name), CultureInfo.InvariantCulture, out var at) ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "";

    private static string Quoted(string name) => $"“{name}”";

    private static string Text(JsonElement data, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out data))
            {
                return "";
            }
        }

        return data.ValueKind == JsonValueKind.String ? Clean(data.GetString()!) : "";
    }

    // A line break in a name would begin a line of its own in the text, or a header in the subject.
    private static string Clean(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Length <= LongestName ? clean : clean[..LongestName] + "…";
    }
}
