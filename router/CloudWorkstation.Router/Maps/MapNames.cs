namespace CloudWorkstation.Router.Maps;

/// <summary>HAProxy's maps by the name of their file. What each holds: <c>router/haproxy/README.md</c>.</summary>
internal static class MapNames
{
    public const string Kid = "kid";
    public const string Deny = "deny";
    public const string Owners = "owners";
    public const string States = "states";
    public const string Routes = "routes";

    public static readonly IReadOnlyList<string> All = [Kid, Deny, Owners, States, Routes];

    /// <summary>How the configuration, and therefore the runtime API, names a map.</summary>
    public static string Reference(string map) => $"maps/{map}.map";
}
