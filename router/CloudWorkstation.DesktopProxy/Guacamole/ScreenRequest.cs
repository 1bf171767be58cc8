using System.Globalization;
using System.Text.RegularExpressions;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// What the page says of itself in the query of its upgrade (<c>Guacamole.Client.connect("width=…&amp;height=…")</c>): all of it optional, all of it
/// checked, for it goes to guacd.
/// </summary>
internal sealed partial record ScreenRequest
{
    private const int MaximumQuery = 1024;
    /// <summary>Of somebody who says nothing of himself.</summary>
    public static readonly ScreenRequest Usual = new();

    private static readonly string[] KnownImages = ["image/png", "image/jpeg", "image/webp"];
    private static readonly string[] KnownAudio = ["audio/L8", "audio/L16"];

    public int Width { get; private set; } = 1024;

    public int Height { get; private set; } = 768;

    public int Dpi { get; private set; } = 96;

    public string Timezone { get; private set; } = "";

    public List<string> Images { get; } = [];

    public List<string> Audio { get; } = [];

    /// <summary>Reads what follows the question mark; null, and why, for anything that is not exactly as documented.</summary>
    public static ScreenRequest? Parse(string query, out string problem)
    {
        problem = query.Length > MaximumQuery ? $"The query may have {MaximumQuery} characters." : "";
        var request = new ScreenRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (pair[..at], Uri.UnescapeDataString(pair[(at + 1)..].Replace('+', ' '))) : (pair, "");
            if (problem.Length == 0 && (!seen.Add(name is "image" or "audio" ? pair : name) || !request.TrySet(name, value)))
            {
                problem = "The query may have width, height (16 to 8192), dpi (24 to 960) and timezone once each, and image and audio of the known types.";
            }
        }

        return problem.Length == 0 ? request : null;
    }

    private bool TrySet(string name, string value)
    {
        var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        switch (name)
        {
            case "width" when number is >= 16 and <= 8192:
                Width = number;
                return true;
            case "height" when number is >= 16 and <= 8192:
                Height = number;
                return true;
            case "dpi" when number is >= 24 and <= 960:
                Dpi = number;
                return true;
            case "timezone" when TimezonePattern().IsMatch(value):
                Timezone = value;
                return true;
            case "image" when KnownImages.Contains(value, StringComparer.Ordinal):
                Images.Add(value);
                return true;
            case "audio" when KnownAudio.Contains(value, StringComparer.Ordinal):
                Audio.Add(value);
                return true;
            default:
                return false;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_+\-/]{0,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TimezonePattern();
}
