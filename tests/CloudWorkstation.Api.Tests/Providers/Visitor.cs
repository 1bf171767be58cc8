using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>
/// A browser in front of the api and a provider: it follows redirects between them by hand, keeps the provider's cookies, and shows ours, which a
/// test may want to swap. Our public address is not where the api listens: paths are what counts.
/// </summary>
internal sealed class Visitor(ApiHost host) : IDisposable
{
    private readonly HttpClient ours = host.NewClient();
    private readonly HttpClient theirs = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { Timeout = TimeSpan.FromSeconds(45) };
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Cookies => cookies;

    public bool IsSignedIn => cookies.GetValueOrDefault("cws_session", "") is { Length: > 0 };

    public void Take(string cookie, Visitor from) => cookies[cookie] = from.cookies[cookie];

    public void Lose(string cookie) => cookies.Remove(cookie);

    /// <summary>From the button on the sign-in page to the page that the browser ends up on.</summary>
    public async Task<string> SignInAsync(string provider, string person, string destination = "/desktops")
    {
        var callback = await UntilCallbackAsync(provider, person, destination);
        return await OpenAsync(callback);
    }

    /// <summary>With a password of ours.</summary>
    public async Task EnterAsync(string userName, string password)
    {
        using var answer = await ours.PostAsJsonAsync("/auth/sign-in", new { userName, password });
        await answer.ShouldBeAsync(200);
        cookies["cws_session"] = answer.Cookie("cws_session")["cws_session=".Length..];
    }

    /// <summary>Leaves for the provider; the address it is sent to.</summary>
    public Task<string> LeaveAsync(string provider, string destination = "/desktops") => OpenAsync($"/auth/oidc/{provider}?return={Uri.EscapeDataString(destination)}");

    /// <summary>Up to where the provider sends the browser back to, which has not been opened yet.</summary>
    public async Task<string> UntilCallbackAsync(string provider, string person, string destination = "/desktops") =>
        await AtProviderAsync(await LeaveAsync(provider, destination), person);

    /// <summary>Signs in at the provider where it asks for it; null for the person presses Cancel. Returns the first address of ours.</summary>
    public async Task<string> AtProviderAsync(string address, string? person)
    {
        for (var steps = 0; steps < 10; steps++)
        {
            if (address.StartsWith(ProviderHost.Public, StringComparison.Ordinal))
            {
                return address[ProviderHost.Public.Length..];
            }

            using var answer = address.Contains("/interaction/", StringComparison.Ordinal)
                ? await theirs.PostAsync(address, Form(person))
                : await theirs.GetAsync(address);
            ((int)answer.StatusCode).ShouldBe(303, await answer.Content.ReadAsStringAsync());
            address = new Uri(new Uri(address), answer.Headers.Location!).AbsoluteUri;
        }

        throw new InvalidOperationException("The provider sends the browser round in circles.");
    }

    /// <summary>Opens a page of ours and says where it redirects to.</summary>
    public async Task<string> OpenAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        ((int)answer.StatusCode).ShouldBe(302, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path).With("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
        var answer = await ours.SendAsync(request);
        foreach (var line in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var (name, value) = line.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : (line, "");
            cookies[name] = value;
        }

        return answer;
    }

    public async Task<JsonNode> MeAsync() => await (await SendAsync(HttpMethod.Get, "/api/v1/me")).ShouldBeAsync(200);

    public async Task<bool> IsLetInAsync() => (await SendAsync(HttpMethod.Get, "/api/v1/me")).IsSuccessStatusCode;

    /// <summary>The provider's question whether to sign out there, answered with yes; where it leads.</summary>
    public Task<string> SignOutAtProviderAsync(string address) => EndAtProviderAsync(new Uri(address));

    public async Task<string> EndAtProviderAsync(Uri address)
    {
        var page = await theirs.GetStringAsync(address);
        var action = page.Split("action=\"")[1].Split('"')[0];
        var token = page.Split("name=\"xsrf\" value=\"")[1].Split('"')[0];
        using var answer = await theirs.PostAsync(new Uri(address, action), new FormUrlEncodedContent([new("xsrf", token), new("logout", "yes")]));
        ((int)answer.StatusCode).ShouldBe(303, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    public async Task<JsonNode> PostAtProviderAsync(Uri address, params KeyValuePair<string, string>[] form)
    {
        using var answer = await theirs.PostAsync(address, new FormUrlEncodedContent(form));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public static string Parameter(string address, string name) => HttpUtility.ParseQueryString(new Uri(new Uri(ProviderHost.Public), address).Query)[name] ?? "";

    public void Dispose()
    {
        ours.Dispose();
        theirs.Dispose();
    }

    private static FormUrlEncodedContent Form(string? person)
    {
        var id = person switch { "alice" => "0a-alice", "bob" => "0b-bob", _ => "0c-carol" };
        return person is null
            ? new FormUrlEncodedContent([new("cancel", "1")])
            : new FormUrlEncodedContent([new("user", person == "alice" ? "alice.adams" : person), new("password", "password of " + id)]);
    }
}
