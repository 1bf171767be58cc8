using System.Text.Json;
using CloudWorkstation.Launcher.Cloud;

namespace CloudWorkstation.Launcher.Data;

/// <summary>
/// Where the documents of a data directory are, noted in it: keys, workspaces and jobs belong to one store, and started with another one the product
/// would know none of the desktops that these are about.
/// </summary>
public sealed record Installation(string Store, string? Endpoint)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Installation Of(CloudOptions cloud) => new(cloud.Store, cloud.Endpoint?.Name);

    /// <summary>Notes it in a new directory; refuses one that was used otherwise.</summary>
    public static void Claim(DataDirectory data, CloudOptions cloud)
    {
        var asked = Of(cloud);
        if (Load(data) is { } noted && noted != asked)
        {
            throw new LauncherException(
                $"{data.Root} belongs to an installation with {noted.Describe()}, not with {asked.Describe()}.",
                $"Start it as before (./workstation up{noted.Flags()}), or use another directory with --data DIR.");
        }

        File.WriteAllText(PathOf(data), JsonSerializer.Serialize(asked, Json));
    }

    public static Installation? Load(DataDirectory data)
    {
        try
        {
            return JsonSerializer.Deserialize<Installation>(File.ReadAllText(PathOf(data)), Json);
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            // Directories are older than this note; what has a database was this machine's own.
            return File.Exists(Path.Combine(data.Root, "cloudworkstation.db")) ? Of(CloudOptions.ThisMachine) : null;
        }
    }

    private string Describe() => Endpoint is null ? $"the {Store} store on this machine" : $"the {Store} store and AWS endpoint {Endpoint}";

    private string Flags() => Endpoint is null ? "" : $" --store {Store} --aws-endpoint {Endpoint}";

    private static string PathOf(DataDirectory data) => Path.Combine(data.Root, "installation.json");
}
