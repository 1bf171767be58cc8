using System.Globalization;
using System.Text.RegularExpressions;
using CloudWorkstation.Api;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>docs/settings.md names every setting that some process reads, and no other, with the default that the code has.</summary>
public sealed partial class SettingsTableTests
{
    private const int Limit = 60_000;

    /// <summary>Made by HAProxy's configuration for itself.</summary>
    private const string NotFromOutside = "CWS_PAGE_CSP";

    private static readonly Dictionary<string, string> Table = ReadTable();

    [Fact(Timeout = Limit)]
    public async Task Every_setting_that_is_read_has_a_row_and_every_row_is_read()
    {
        await Task.Yield();
        var read = Typed().Keys.Concat(Named()).Where(n => n != NotFromOutside).Distinct(StringComparer.Ordinal).ToList();

        read.Except(Table.Keys, StringComparer.Ordinal).ShouldBeEmpty("write a row in docs/settings.md");
        Table.Keys.Except(read, StringComparer.Ordinal).ShouldBeEmpty("nobody reads these; remove the row");
    }

    [Fact(Timeout = Limit)]
    public async Task A_default_is_the_one_that_the_code_has()
    {
        await Task.Yield();
        var wrong = Typed().Concat(HaproxysOwn())
            .Where(setting => Table.TryGetValue(setting.Key, out var written) && written != Written(setting.Value))
            .Select(setting => $"{setting.Key} is '{setting.Value}' in the code and {Table[setting.Key]} in docs/settings.md");

        wrong.ShouldBeEmpty();
    }

    /// <summary>Settings that are bound to a type, with their defaults.</summary>
    private static Dictionary<string, string> Typed()
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        Collect(new ManagerOptions(), "CWS", found);
        Collect(new TerraformOptions(), "CWS__TERRAFORM", found);
        Collect(new AccountOptions(), "CWS__ACCOUNTS", found);
        Collect(new KeyOptions(), "CWS__KEYS", found);
        Collect(new ApiTokenOptions(), "CWS__TOKENS", found);
        Collect(new KeyStorageOptions(), "CWS__KEYS", found);
        Collect(new FirstAdminOptions(), "CWS__FIRSTADMIN", found);
        Collect(new NotificationOptions(), "CWS__NOTIFICATIONS", found);
        Collect(new ApiSettings(), "CWS", found);
        Collect(new RegistrationOptions(), "CWS__REGISTRATION", found);
        Collect(new RecordingOptions(), "CWS__RECORDINGS", found);
        return found;
    }

    private static void Collect(object options, string prefix, Dictionary<string, string> found)
    {
        foreach (var property in options.GetType().GetProperties().Where(p => p.CanWrite))
        {
            var name = $"{prefix}__{property.Name.ToUpperInvariant()}";
            var value = property.GetValue(options);
            if (value is not null && value.GetType() is { IsEnum: false } type && type.Assembly != typeof(object).Assembly)
            {
                Collect(value, name, found);
            }
            else
            {
                // The prefix ends in one underscore, the levels are parted by two.
                found["CWS_" + name["CWS__".Length..]] = Text(value);
            }
        }
    }

    private static string Text(object? value) => value is bool or Enum ? value.ToString()!.ToLowerInvariant() : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Written(string value) => value switch { "" => "none", "required" => value, _ => $"`{value}`" };

    /// <summary>Settings that are asked for by name, and those of HAProxy's configuration.</summary>
    private static IEnumerable<string> Named() =>
        Sources("api", "manager", "router", "console-host")
            .SelectMany(text => AskedFor().Matches(text))
            .Select(match => match.Groups["name"].Value.ToUpperInvariant())
            .Where(name => name is not ("URLS" or "ASPNETCORE_URLS"))
            .Select(name => "CWS_" + name.Replace(":", "__", StringComparison.Ordinal))
            .Concat(HaproxysOwn().Keys);

    private static Dictionary<string, string> HaproxysOwn()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "router", "haproxy", "haproxy.cfg"));
        // What the configuration asks about before it uses it need not be there.
        var optional = InHaproxysConditions().Matches(text).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return InHaproxy().Matches(text)
            .GroupBy(m => m.Groups["name"].Value, m => m.Groups["default"].Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Max() is { Length: > 0 } value ? value : optional.Contains(g.Key) ? "" : "required", StringComparer.Ordinal);
    }

    private static IEnumerable<string> Sources(params IEnumerable<string> rooms) => rooms
        .SelectMany(room => Directory.EnumerateFiles(Path.Combine(Root(), room), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    private static Dictionary<string, string> ReadTable() => Row().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "settings.md")))
        .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["default"].Value, StringComparer.Ordinal);

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests do not run in a checkout.");
        }

        return directory.FullName;
    }

    [GeneratedRegex("""\bconfiguration\["(?<name>[A-Za-z:_]+)"\]""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AskedFor();

    [GeneratedRegex("""\$\{(?<name>CWS_[A-Z_]+)(\[\*\])?(-(?<default>[^}]*))?\}""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InHaproxy();

    [GeneratedRegex("""\bdefined\((?<name>CWS_[A-Z_]+)\)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InHaproxysConditions();

    [GeneratedRegex("""^\| `(?<name>CWS_[A-Z_]+)` \| (?<default>[^|]+) \| [^|]+ \| [^|]+ \|$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
