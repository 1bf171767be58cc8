using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Configuration;

/// <summary>A running product over its REST API, signed in as somebody: the same permissions and the same audit trail hold as in the browser.</summary>
internal sealed class ProductClient : IDisposable
{
    private const string Path = "/api/v1/configuration";
    private readonly HttpClient _http;

    private ProductClient(Uri address) => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public void Dispose() => _http.Dispose();

    public static async Task<ProductClient> SignInAsync(DataDirectory data, string? url, CancellationToken cancellationToken)
    {
        var client = new ProductClient(AddressOf(data, url));
        var token = Environment.GetEnvironmentVariable("CWS_TOKEN") is { Length: > 0 } given ? given : await client.TokenAsync(url is null ? FirstAdmin.Load(data) : null, cancellationToken);
        client._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<string> ExportAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Path), cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : throw Refusal(await ReadAsync(answer, cancellationToken), answer);
    }

    /// <summary>The answer, a problem document where the product refuses.</summary>
    public async Task<(bool Accepted, JsonNode Answer)> ImportAsync(string text, bool dryRun, bool prune, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Path}?dryRun={Word(dryRun)}&prune={Word(prune)}") { Content = new StringContent(text, Encoding.UTF8, "application/yaml") };
        using var answer = await SendAsync(request, cancellationToken);
        return (answer.IsSuccessStatusCode, await ReadAsync(answer, cancellationToken));
    }

    private static string Word(bool flag) => flag ? "true" : "false";

    private static Uri AddressOf(DataDirectory data, string? url)
    {
        var text = url ?? (ProcessRecord.Load(data, "launcher") is { IsAlive: true, Url: { } running } ? running : $"http://{StackOptions.Loopback}:{StackOptions.DefaultPort}");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new LauncherException($"--url {text} is no address such as https://desktops.example.com.");
        return address.Scheme == "https" || address.IsLoopback ? address : throw new LauncherException($"--url {text} would send passwords over the network unencrypted.", "Use its https address.");
    }

    private async Task<string> TokenAsync(FirstAdmin? known, CancellationToken cancellationToken)
    {
        var (userName, password) = known is null ? Ask() : (known.UserName, known.Password);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/token") { Content = JsonContent.Create(new { userName, password }) };
        using var answer = await SendAsync(request, cancellationToken);
        var body = await ReadAsync(answer, cancellationToken);
        return answer.IsSuccessStatusCode ? body["accessToken"]!.GetValue<string>() : throw Refusal(body, answer);
    }

    private static (string UserName, string Password) Ask()
    {
        if (Console.IsInputRedirected)
            throw new LauncherException("Nobody is there to ask for a password.", "Set CWS_TOKEN to a token of an administrator.");
        Console.Error.Write("User name: ");
        var userName = Console.ReadLine() ?? "";
        Console.Error.Write("Password: ");
        var password = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                password.Length = Math.Max(0, password.Length - 1);
            else
                password.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return (userName.Trim(), password.ToString());
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new LauncherException($"{_http.BaseAddress} does not answer: {failure.Message}", "Start the product with ./workstation up, or name another one with --url.");
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return JsonNode.Parse(text)!;
        }
        catch (System.Text.Json.JsonException)
        {
            throw new LauncherException($"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}, and not as CloudWorkstation does.");
        }
    }

    private static LauncherException Refusal(JsonNode problem, HttpResponseMessage answer) => new(
        problem["detail"]?.GetValue<string>() ?? $"The product answered {(int)answer.StatusCode}.",
        problem["code"]?.GetValue<string>() is "unauthenticated" or "invalid_credentials" or "second_factor_required" ? "Set CWS_TOKEN to a token of an administrator." : null);
}
