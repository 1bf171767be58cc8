using System.Globalization;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// The values of guacd's <c>connect</c>, by the names that it announced. The template's come first, and then, whatever it said, what must hold: where
/// the desktop is, what opens it, what the policy allows, and that guacd neither writes nor reads a file of its own.
/// </summary>
internal static class ConnectArguments
{
    // Answered with the version that we speak, the newest both know; 1.0 announces none.
    private const string VersionPrefix = "VERSION_";
    private const string Newest = "VERSION_1_5_0";

    public static string[] Values(IReadOnlyList<string> names, DesktopTarget target, GuacamoleRules rules)
    {
        var values = new Dictionary<string, string>(target.Parameters ?? new Dictionary<string, string>(), StringComparer.Ordinal);

        // The remote screen follows the window, as VNC and SSH have it anyway.
        values.TryAdd("resize-method", "display-update");
        foreach (var (name, value) in Decreed(target, rules, values))
        {
            values[name] = value;
        }

        return [.. names.Select((name, index) => index == 0 && name.StartsWith(VersionPrefix, StringComparison.Ordinal)
            ? Older(name, Newest)
            : IsOfFiles(name) ? "" : values.GetValueOrDefault(name, ""))];
    }

    /// <summary>Whether an argument would have guacd itself touch files, or let a template point it at some.</summary>
    public static bool IsOfFiles(string name) =>
        name.StartsWith("recording-", StringComparison.Ordinal) || name.StartsWith("typescript-", StringComparison.Ordinal) || name.StartsWith("create-", StringComparison.Ordinal)
        || name.StartsWith("drive-", StringComparison.Ordinal) || name is "enable-drive" or "printer-name" or "enable-printing" or "static-channels" or "remote-app-dir";

    private static IEnumerable<(string Name, string Value)> Decreed(DesktopTarget target, GuacamoleRules rules, Dictionary<string, string> given)
    {
        yield return ("hostname", target.Host);
        yield return ("port", target.Port.ToString(CultureInfo.InvariantCulture));
        var isKey = target.Protocol == "ssh" && target.Secret.StartsWith("-----BEGIN ", StringComparison.Ordinal);
        yield return (isKey ? "private-key" : "password", target.Secret);
        yield return ("read-only", Text(rules.IsViewOnly));
        yield return ("disable-copy", Text(!rules.CanCopy));
        yield return ("disable-paste", Text(!rules.CanPaste));
        foreach (var (what, isAllowed) in new[] { ("upload", rules.Upload), ("download", rules.Download) })
        {
            yield return ($"disable-{what}", Text(!isAllowed));
            yield return ($"sftp-disable-{what}", Text(!isAllowed));
        }

        var sftp = rules.CanSeeFiles && given.GetValueOrDefault("enable-sftp") == "true";
        yield return ("enable-sftp", Text(sftp));
        if (sftp && target.Protocol != "ssh")
        {
            yield return ("sftp-hostname", given.GetValueOrDefault("sftp-hostname", target.Host));
            yield return ("sftp-password", target.Secret);
        }
    }

    private static string Text(bool value) => value ? "true" : "false";

    // Versions have one digit each, so their names sort as they do.
    private static string Older(string one, string other) => string.CompareOrdinal(one, other) < 0 ? one : other;
}
