using System.Text.Json;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Operations;

/// <summary>What a template says of the desktop it built.</summary>
internal sealed record TemplateOutputs(ConnectionAddress? Connection, string? Proxy, IReadOnlyList<DesktopDetail> Details, Machine? Machine)
{
    /// <value>The place that the cloud had room in.</value>
    public int Placement { get; init; }

    private const int MostDetails = 20;
    private const int LongestText = 500;

    /// <summary>Reads the outputs; every one that is not as the template contract wants it is named in <paramref name="problems"/>.</summary>
    public static TemplateOutputs Read(IReadOnlyDictionary<string, JsonElement> outputs, bool needsScreen, out IReadOnlyList<string> problems, string protocol = ScreenEngines.Vnc)
    {
        var found = new List<string>();
        var connection = ReadConnection(outputs, needsScreen, protocol, found);
        var proxy = ReadProxy(outputs, found);
        var details = ReadDetails(outputs, found);
        var machine = ReadMachine(outputs, found);
        problems = found;
        return new TemplateOutputs(connection, proxy, details, machine);
    }

    private static ConnectionAddress? ReadConnection(IReadOnlyDictionary<string, JsonElement> outputs, bool needed, string protocol, List<string> problems)
    {
        if (!outputs.TryGetValue("connection", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (needed)
            {
                problems.Add("The output 'connection' is missing. Declare it as an object {host, port} that is not sensitive.");
            }

            return null;
        }

        var host = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("host", out var h) && h.ValueKind == JsonValueKind.String ? h.GetString() : null;
        var port = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("port", out var p) ? Port(p) : null;
        if (string.IsNullOrEmpty(host) || host.Length > 253 || Uri.CheckHostName(host) == UriHostNameType.Unknown || port is null)
        {
            if (needed)
            {
                problems.Add("The output 'connection' must be an object {host, port} with a host name or address and a port from 1 to 65535.");
            }

            return null;
        }

        return new ConnectionAddress(host, port.Value) { Parameters = ScreenParameters.Read(value, protocol, problems) };
    }

    private static string? ReadProxy(IReadOnlyDictionary<string, JsonElement> outputs, List<string> problems)
    {
        if (!outputs.TryGetValue("proxy", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || Uri.CheckHostName(text[..colon].Trim('[', ']')) == UriHostNameType.Unknown || !ushort.TryParse(text[(colon + 1)..], out var port) || port == 0)
        {
            problems.Add("The output 'proxy' must be a string 'host:port'.");
            return null;
        }

        return text;
    }

    private static List<DesktopDetail> ReadDetails(IReadOnlyDictionary<string, JsonElement> outputs, List<string> problems)
    {
        if (!outputs.TryGetValue("details", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var details = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Detail).ToList() : [null];
        if (details.Contains(null))
        {
            problems.Add("The output 'details' must be a list of objects {label, value} with texts.");
        }

        return [.. details.OfType<DesktopDetail>().Take(MostDetails)];
    }

    private static DesktopDetail? Detail(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.String
        && item.TryGetProperty("value", out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? new DesktopDetail(Cut(label.GetString()!), Cut(value.ToString()))
            : null;

    private static Machine? ReadMachine(IReadOnlyDictionary<string, JsonElement> outputs, List<string> problems)
    {
        if (!outputs.TryGetValue("machine", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (Text(value, "provider") is { } provider && Text(value, "region") is { } region && Text(value, "instance") is { } instance)
        {
            return new Machine(provider, region, instance, Text(value, "cluster"), Text(value, "service"));
        }

        problems.Add("The output 'machine' must be an object {provider, region, instance, cluster, service} with texts; cluster and service may be null.");
        return null;
    }

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= LongestText } text
            ? text
            : null;

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];

    // Terraform writes numbers, but a template may well pass a string on.
    private static int? Port(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is > 0 and <= 65535 => number,
        JsonValueKind.String when ushort.TryParse(value.GetString(), out var number) && number > 0 => number,
        _ => null,
    };
}
