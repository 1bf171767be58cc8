using System.Net.Http.Json;
using CloudWorkstation.Benchmarks.List;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>The api on its own, without its limits on how often somebody may try, and an administrator who sets it up.</summary>
internal sealed class SignInApi : IAsyncDisposable
{
    /// <summary>Where providers send browsers back to. Nobody listens there: the benchmark is the browser, and goes to the api.</summary>
    public const string Public = "http://127.0.0.1:8080";
    public const string Password = "a passphrase for benchmarks";
    private readonly ApiAlone _api = new(new Dictionary<string, string>
    {
        ["CWS_RATE__SIGNINPERADDRESS"] = "10000000",
        ["CWS_RATE__SIGNINPERACCOUNT"] = "10000000",
        ["CWS_PUBLICURL"] = Public,
    });

    private static readonly string[] User = ["user"];
    private HttpClient? _admin;

    public Uri Address => _admin!.BaseAddress!;

    public static async Task<SignInApi> StartAsync(CancellationToken cancellationToken)
    {
        var api = new SignInApi();
        try
        {
            await api._api.StartAsync(cancellationToken);
            api._admin = await api._api.SignInAsync(cancellationToken);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    public async Task CreateAccountAsync(string userName, CancellationToken cancellationToken)
    {
        using var answer = await _admin!.PostAsJsonAsync("/api/v1/accounts", new { userName, password = Password, roles = User }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task SetAsync(string section, object value, CancellationToken cancellationToken)
    {
        using var answer = await _admin!.PutAsJsonAsync($"/api/v1/settings/{section}", value, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The settings {section} were refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    public static async Task SignInAsync(HttpClient client, string userName, string password, CancellationToken cancellationToken)
    {
        using var answer = await client.PostAsJsonAsync("/auth/token", new { userName, password }, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{userName} was not let in: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        await _api.DisposeAsync();
    }
}
