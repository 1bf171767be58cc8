using System.Collections.Frozen;
using System.Text.Json;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// What a template may tell guacd beside host, port and password: members <c>username</c> and <c>parameters</c> of its <c>connection</c> output. Nothing
/// that has guacd read or write files of its own, nothing that the session's policy decides, and no secret: that comes as the desktop's own.
/// </summary>
internal static class ScreenParameters
{
    private const int LongestValue = 256;
    private const int MostCharacters = 1_024;
    private const string Sftp = "enable-sftp sftp-hostname sftp-port sftp-username sftp-host-key sftp-directory sftp-root-directory sftp-timeout sftp-server-alive-interval";

    private static readonly FrozenDictionary<string, FrozenSet<string>> Allowed = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        ["vnc"] = Names(
            "username color-depth cursor swap-red-blue autoretry encodings clipboard-encoding disable-display-resize enable-audio audio-servername force-lossless "
            + "compress-level quality-level disable-server-input " + Sftp),
        ["rdp"] = Names(
            "username domain security ignore-cert cert-fingerprints disable-auth timeout color-depth resize-method disable-audio enable-audio-input enable-touch console "
            + "console-audio server-layout timezone client-name initial-program remote-app remote-app-args preconnection-id preconnection-blob load-balance-info "
            + "enable-wallpaper enable-theming enable-font-smoothing enable-full-window-drag enable-desktop-composition enable-menu-animations disable-bitmap-caching "
            + "disable-offscreen-caching disable-glyph-caching disable-gfx force-lossless normalize-clipboard " + Sftp),
        ["ssh"] = Names(
            "username host-key timeout font-name font-size color-scheme backspace func-keys-and-keypad terminal-type scrollback locale timezone command "
            + "server-alive-interval enable-sftp sftp-root-directory"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null when there are none; what may not be is named in <paramref name="problems"/>.</summary>
    public static IReadOnlyDictionary<string, string>? Read(JsonElement connection, string protocol, List<string> problems)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (connection.TryGetProperty("parameters", out var parameters) && parameters.ValueKind != JsonValueKind.Null)
        {
            ReadAll(parameters, protocol, found, problems);
        }

        if (connection.TryGetProperty("username", out var user) && user.ValueKind != JsonValueKind.Null)
        {
            Add("username", user, protocol, found, problems);
        }

        if (found.Sum(p => p.Key.Length + p.Value.Length) > MostCharacters)
        {
            problems.Add($"The output 'connection' has parameters of more than {MostCharacters} characters in all; they travel in a cookie. Leave out what is guacd's default.");
        }

        return found.Count > 0 ? found : null;
    }

    private static void ReadAll(JsonElement parameters, string protocol, SortedDictionary<string, string> found, List<string> problems)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            problems.Add("The member 'parameters' of the output 'connection' must be an object of names and values.");
            return;
        }

        foreach (var member in parameters.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
        {
            Add(member.Name, member.Value, protocol, found, problems);
        }
    }

    private static void Add(string name, JsonElement value, string protocol, SortedDictionary<string, string> found, List<string> problems)
    {
        if (!Allowed.TryGetValue(protocol, out var names) || !names.Contains(name))
        {
            problems.Add($"The output 'connection' has the parameter '{name}', which a template of {protocol} may not set. It may set {string.Join(", ", (names ?? []).Order(StringComparer.Ordinal))}.");
        }
        else if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            || Text(value) is not { Length: <= LongestValue } text || text.Any(char.IsControl))
        {
            problems.Add($"The parameter '{name}' of the output 'connection' must be a text of at most {LongestValue} characters without control characters, a number, or true or false.");
        }
        else
        {
            found[name] = text;
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    private static FrozenSet<string> Names(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
