using System.Net.Http.Headers;

namespace CloudWorkstation.Router.Feed;

/// <summary>Where the api's feed is and how to be let in.</summary>
internal sealed record FeedOptions
{
    private const int MinimumKeyLength = 32;

    /// <value>Base address without a trailing slash. The default value is <c>http://127.0.0.1:8081</c>.</value>
    public string Api { get; init; } = "http://127.0.0.1:8081";

    /// <value>File with the key for <c>/internal/v1</c>, where <see cref="Key"/> is not given.</value>
    public required string KeyFile { get; init; }

    /// <value>The key itself.</value>
    public string? Key { get; init; }

    /// <value>The api sends a comment every 5 s. The default value is 15 s.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>Name and port of the shared desktop proxies, as HAProxy has it; null where routes are addresses only.</value>
    public string? SharedProxy { get; init; }

    public static FeedOptions From(IConfiguration configuration) => new()
    {
        Api = (configuration["API"] ?? "http://127.0.0.1:8081").TrimEnd('/'),
        SharedProxy = configuration["PROXY_ADDR"],
        Key = configuration["INTERNALKEY"]?.Trim() is { Length: > 0 } key ? Long(key) : null,
        KeyFile = configuration["INTERNALKEYFILE"] ?? (string.IsNullOrWhiteSpace(configuration["INTERNALKEY"])
            ? throw new InvalidOperationException(
                "CWS_INTERNALKEYFILE is not set: the file with the key for the api's internal endpoints. Or give the key itself as CWS_INTERNALKEY.")
            : ""),
    };

    /// <summary>The key file is read each time: the api creates it at its first start, which may come after ours.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path) => new(method, Api + path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Key ?? File.ReadAllText(KeyFile).Trim()) },
    };

    // A record prints its members; this one holds a key.
    public override string ToString() => $"{nameof(FeedOptions)} of {Api}";

    private static string Long(string key) => key.Length >= MinimumKeyLength
        ? key
        : throw new InvalidOperationException($"CWS_INTERNALKEY has {key.Length} characters; at least {MinimumKeyLength} are required.");
}
