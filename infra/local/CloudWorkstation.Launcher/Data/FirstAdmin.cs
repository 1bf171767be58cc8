using System.Text.Json;

namespace CloudWorkstation.Launcher.Data;

/// <summary>The account that the api created on an empty data directory, as long as its generated password stands.</summary>
public sealed record FirstAdmin(string UserName, string Password)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static FirstAdmin? Load(DataDirectory data)
    {
        try
        {
            return JsonSerializer.Deserialize<FirstAdmin>(File.ReadAllText(data.FirstAdmin), Json);
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            return null;
        }
    }
}
