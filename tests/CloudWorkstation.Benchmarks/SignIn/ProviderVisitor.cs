using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>
/// A browser with a session at the provider. It signs in to us, or, as the rival, to nobody: then it takes the code to the provider itself and verifies
/// nothing, which is what the provider takes for a code flow without us.
/// </summary>
/// <param name="api">Ours.</param>
/// <param name="issuer">The provider.</param>
/// <param name="number">Which of the visitors in <c>people.mjs</c> sits there.</param>
internal sealed class ProviderVisitor(SignInApi api, Uri issuer, int number) : IDisposable
{
    public const string Client = "cloudworkstation";
    public const string Bare = "nobody";
    private const string BareRedirect = SignInApi.Public + "/bare";
    private readonly HttpClient _ours = api.NewClient();
    private readonly HttpClient _theirs = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    public async Task SignInAsync()
    {
        var (leave, state) = await OpenAsync("/auth/oidc/company?return=/desktops", []);
        var (_, cookies) = await OpenAsync((await AtProviderAsync(leave, SignInApi.Public))[SignInApi.Public.Length..], state);
        if (!cookies.Any(cookie => cookie.StartsWith("cws_session=", StringComparison.Ordinal)))
        {
            throw new InvalidOperationException("The provider's person was not let in.");
        }
    }

    public async Task FlowAsync()
    {
        var verifier = Text(RandomNumberGenerator.GetBytes(32));
        var challenge = Text(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var asked = $"{issuer}auth?client_id={Bare}&response_type=code&scope=openid+profile+email+groups&redirect_uri={Uri.EscapeDataString(BareRedirect)}"
            + $"&state=s&nonce=n&code_challenge={challenge}&code_challenge_method=S256";
        var back = await AtProviderAsync(asked, BareRedirect);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = HttpUtility.ParseQueryString(new Uri(back).Query)["code"]!,
            ["redirect_uri"] = BareRedirect,
            ["client_id"] = Bare,
            ["code_verifier"] = verifier,
        });
        using var answer = await _theirs.PostAsync(new Uri(issuer, "/token"), form);
        if (JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["id_token"] is null)
        {
            throw new InvalidOperationException("The provider gave no token.");
        }
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    private async Task<(string Location, string[] Cookies)> OpenAsync(string path, string[] cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies));
        using var answer = await _ours.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.Redirect
            ? (answer.Headers.Location!.OriginalString, [.. (answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []).Select(line => line.Split(';')[0])])
            : throw new InvalidOperationException($"{path.Split('?')[0]} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<string> AtProviderAsync(string address, string until)
    {
        for (var steps = 0; steps < 10 && !address.StartsWith(until, StringComparison.Ordinal); steps++)
        {
            using var answer = address.Contains("/interaction/", StringComparison.Ordinal)
                ? await _theirs.PostAsync(address, new FormUrlEncodedContent([new("user", $"visitor-{number:00}"), new("password", $"password of 1-{number:00}")]))
                : await _theirs.GetAsync(address);
            address = answer.StatusCode == HttpStatusCode.SeeOther
                ? new Uri(new Uri(address), answer.Headers.Location!).AbsoluteUri
                : throw new InvalidOperationException($"The provider answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        return address;
    }

    private static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
