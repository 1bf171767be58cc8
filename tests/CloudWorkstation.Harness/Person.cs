using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Harness;

/// <summary>An answer of the product.</summary>
public sealed record Answer(int Status, JsonNode Body, HttpResponseMessage Message)
{
    public string? Code => Body is JsonObject ? Body["code"]?.GetValue<string>() : null;

    public override string ToString() => $"{Status} {Body.ToJsonString()}";
}

/// <summary>Somebody in front of a browser, reduced to what travels: requests through the router, with cookies kept as a browser keeps them.</summary>
public sealed class Person : IDisposable
{
    // A session token lives for five minutes; the page renews it before, and so does this.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(4);

    private readonly HttpClient _http;
    private readonly Stopwatch _renewed = Stopwatch.StartNew();
    private readonly Dictionary<(string Path, string Name), string> _cookies = [];

    public Person(string url)
    {
        Url = url;
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(url),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public string Url { get; }

    public JsonNode Account { get; private set; } = new JsonObject();

    public string Id => Account["id"]!.GetValue<string>();

    public static async Task<Person> SignInAsync(string url, string userName, string password)
    {
        var person = new Person(url);
        var answer = await person.PostAsync("/auth/sign-in", new { userName, password });
        answer.Status.ShouldBe(200, answer.ToString());
        person.Account = answer.Body["account"]!;
        return person;
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body ?? new { }, headers);

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public string? Cookie(string name) => _cookies.FirstOrDefault(cookie => cookie.Key.Name == name).Value;

    public void SetCookie(string path, string name, string value) => _cookies[(path, name)] = value;

    /// <summary>The value of a Cookie header for this path.</summary>
    public string CookiesFor(string path) =>
        string.Join("; ", _cookies.Where(cookie => path.StartsWith(cookie.Key.Path, StringComparison.Ordinal)).Select(cookie => $"{cookie.Key.Name}={cookie.Value}"));

    /// <summary>Opens a stream of server-sent events.</summary>
    public async Task<EventStream> EventsAsync(string path = "/api/v1/events", params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.IsSuccessStatusCode.ShouldBeTrue();
        return new EventStream(response);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        if (_renewed.Elapsed > RenewAfter && !path.StartsWith("/auth/", StringComparison.Ordinal))
            await SendAsync(HttpMethod.Post, "/auth/refresh", null);
        using var request = Request(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        var response = await _http.SendAsync(request);
        KeepCookies(response);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        return new Answer((int)response.StatusCode, (isJson ? JsonNode.Parse(text) : JsonValue.Create(text))!, response);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        if (CookiesFor(path) is { Length: > 0 } cookies)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        return request;
    }

    private void KeepCookies(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
            return;
        foreach (var line in lines)
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var equals = parts[0].IndexOf('=', StringComparison.Ordinal);
            var path = parts.FirstOrDefault(part => part.StartsWith("path=", StringComparison.OrdinalIgnoreCase))?["path=".Length..] ?? "/";
            var key = (path, parts[0][..equals]);
            if (key.Item2 == "cws_session")
                _renewed.Restart();
            if (parts[0].Length == equals + 1)
                _cookies.Remove(key);
            else
                _cookies[key] = parts[0][(equals + 1)..];
        }
    }
}
