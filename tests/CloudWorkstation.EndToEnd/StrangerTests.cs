using System.Buffers.Text;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>An owner with a running desktop, and somebody else.</summary>
public sealed class TwoPeople(RunningProduct running) : IAsyncLifetime
{
    public Person Owner { get; private set; } = null!;

    public Person Stranger { get; private set; } = null!;

    public Desktop Desktop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Owner = await running.Product.EmployeeAsync("owner");
        Stranger = await running.Product.EmployeeAsync("stranger");
        Desktop = await Desktop.CreateAsync(running.Product, Owner);
    }

    public async ValueTask DisposeAsync()
    {
        await Desktop.DeleteAsync();
        Owner.Dispose();
        Stranger.Dispose();
    }
}

/// <summary>Somebody else's desktop, by every way there is.</summary>
[Collection(RunningProduct.Name)]
public sealed class StrangerTests(RunningProduct running, TwoPeople people) : IClassFixture<TwoPeople>
{
    private const int Limit = 180_000;

    private readonly Person _owner = people.Owner;
    private readonly Person _stranger = people.Stranger;
    private readonly Desktop _desktop = people.Desktop;

    [Fact(Timeout = Limit)]
    public async Task A_stranger_cannot_see_change_or_open_it_by_the_api()
    {
        var operations = (await _owner.GetAsync($"/api/v1/operations?desktop={_desktop.Id}")).Body["items"]!.AsArray();
        var operation = $"/api/v1/operations/{operations[0]!["id"]!.GetValue<string>()}";

        (await _stranger.GetAsync(_desktop.Path)).Status.ShouldBe(404);
        (await _stranger.PatchAsync(_desktop.Path, new { state = "stopped" })).Status.ShouldBe(404);
        (await _stranger.DeleteAsync(_desktop.Path)).Status.ShouldBe(404);
        (await _stranger.PostAsync(_desktop.Path + "/connections")).Status.ShouldBe(404);
        (await _stranger.PostAsync(_desktop.Path + "/plan", new { state = "stopped" })).Status.ShouldBe(404);
        (await _stranger.GetAsync(operation)).Status.ShouldBe(404);
        (await _stranger.GetAsync(operation + "/log")).Status.ShouldBe(404);
        (await _stranger.PostAsync(operation + "/cancel")).Status.ShouldBe(404);
        (await _stranger.PostAsync(operation + "/retry")).Status.ShouldBe(404);
        (await _stranger.GetAsync("/api/v1/desktops")).Body["items"]!.AsArray().ShouldBeEmpty();
        (await _stranger.GetAsync($"/api/v1/desktops?owner={_owner.Id}")).Body["items"]?.AsArray().ShouldBeEmpty();
        (await _desktop.GetAsync())["status"]!.GetValue<string>().ShouldBe("running");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stranger_hears_nothing_of_it_in_the_event_stream()
    {
        using var theirs = await _stranger.EventsAsync();
        using var own = await _owner.EventsAsync();

        await _owner.PatchAsync(_desktop.Path, new { name = "Renamed" });
        await own.UntilAsync(item => item.Kind == "desktop" && item.Data["name"]!.GetValue<string>() == "Renamed", "the owner hears of the new name");

        theirs.Seen.ShouldNotContain(item => item.Data.ToJsonString().Contains(_desktop.Id, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_stranger_gets_neither_its_page_nor_its_screen()
    {
        (await _stranger.GetAsync($"/desktop/{_desktop.Id}/", ("Accept", "text/html"))).Status.ShouldBe(403);
        (await RefusalAsync(_stranger, $"/desktop/{_desktop.Id}/vnc")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stolen_desktop_cookie_does_not_open_it_in_another_session()
    {
        await _owner.PostAsync(_desktop.Path + "/connections");
        _stranger.SetCookie($"/desktop/{_desktop.Id}/", "cws_desktop", _owner.Cookie("cws_desktop")!);

        (await RefusalAsync(_stranger, $"/desktop/{_desktop.Id}/vnc")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_opens_the_screen_once()
    {
        await using (await _desktop.ConnectAsync())
        {
        }

        (await RefusalAsync(_owner, $"/desktop/{_desktop.Id}/vnc")).ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact(Timeout = Limit)]
    public async Task A_page_of_another_site_cannot_open_it_with_the_owners_cookies()
    {
        await _owner.PostAsync(_desktop.Path + "/connections");

        (await RefusalAsync(_owner, $"/desktop/{_desktop.Id}/vnc", "https://evil.example.com")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory(Timeout = Limit)]
    [InlineData("/desktop/{id}x/vnc")]
    [InlineData("/desktop/{id}/../{id}/vnc/more")]
    [InlineData("/desktop/{id}/api")]
    [InlineData("/desktop/%2e%2e/internal/v1/feed")]
    [InlineData("/desktop/../internal/v1/feed")]
    [InlineData("//internal/v1/feed")]
    [InlineData("/INTERNAL/v1/feed")]
    [InlineData("/metrics")]
    [InlineData("/health/ready")]
    public async Task Other_spellings_of_a_path_lead_nowhere(string path)
    {
        var status = await RawStatusAsync(path.Replace("{id}", _desktop.Id, StringComparison.Ordinal), _owner.CookiesFor("/"));

        status.ShouldBe(404);
    }

    [Theory(Timeout = Limit)]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("truncated")]
    [InlineData("wrong audience")]
    [InlineData("alg none")]
    [InlineData("payload of another")]
    [InlineData("hs256 with the public key")]
    public async Task A_bad_session_token_is_refused_everywhere(string kind)
    {
        var token = Bad(kind, _owner.Cookie("cws_session")!);
        using var thief = new Person(_owner.Url);
        thief.SetCookie("/", "cws_session", token);

        (await thief.GetAsync("/api/v1/me")).Status.ShouldBe(401);
        (await thief.GetAsync(_desktop.Path)).Status.ShouldBe(401);
        (await thief.GetAsync($"/desktop/{_desktop.Id}/", ("Accept", "text/html"))).Status.ShouldBe(302);
        (await RefusalAsync(thief, $"/desktop/{_desktop.Id}/vnc")).ShouldBe(HttpStatusCode.Unauthorized);
        (await _owner.GetAsync("/api/v1/me", ("Authorization", $"Bearer {token}"))).Status.ShouldBe(401, "a bad bearer token does not fall back to the cookie");
    }

    [Fact(Timeout = Limit)]
    public async Task Identity_headers_of_a_client_have_no_effect()
    {
        using var admin = await running.Product.AdminAsync();
        (string, string)[] headers = [("X-Remote-User", "admin"), ("X-Remote-User-Groups", "admin"), ("X_Remote_User", "admin"), ("x-forwarded-user", "admin"), ("X-Cws-Role", "admin"), ("X-Forwarded-For", "127.0.0.1")];

        using var nobody = new Person(_owner.Url);
        (await nobody.GetAsync("/api/v1/me", headers)).Status.ShouldBe(401);
        (await _stranger.GetAsync("/api/v1/me", headers)).Body["id"]!.GetValue<string>().ShouldBe(_stranger.Id);
        (await _stranger.GetAsync("/api/v1/accounts", headers)).Status.ShouldBe(403);
        (await _stranger.GetAsync(_desktop.Path, headers)).Status.ShouldBe(404);
        (await admin.GetAsync(_desktop.Path)).Status.ShouldBe(200);
    }

    [Theory(Timeout = Limit)]
    [InlineData("/api/v1/accounts")]
    [InlineData("/api/v1/desktops?owner=*")]
    [InlineData("/api/v1/audit")]
    [InlineData("/api/v1/keys")]
    public async Task An_employee_is_no_admin(string path) => (await _stranger.GetAsync(path)).Status.ShouldBe(403);

    private static async Task<HttpStatusCode> RefusalAsync(Person person, string path, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", person.CookiesFor(path));
        socket.Options.SetRequestHeader("Origin", origin ?? person.Url);
        await Should.ThrowAsync<WebSocketException>(socket.ConnectAsync(new Uri(person.Url.Replace("http:", "ws:", StringComparison.Ordinal) + path), TestContext.Current.CancellationToken));
        return socket.HttpStatusCode;
    }

    /// <summary>The path exactly as written: HttpClient would tidy it.</summary>
    private async Task<int> RawStatusAsync(string path, string cookies)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", running.Product.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{running.Product.Port}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Bad(string kind, string good)
    {
        var parts = good.Split('.');
        var header = JsonNode.Parse(Decode(parts[0]))!.AsObject();
        var claims = JsonNode.Parse(Decode(parts[1]))!.AsObject();
        var kid = header["kid"]!.GetValue<string>();
        switch (kind)
        {
            case "truncated":
                return good[..^20];
            case "alg none":
                header["alg"] = "none";
                return $"{Encode(header)}.{parts[1]}.";
            case "hs256 with the public key":
                header["alg"] = "HS256";
                return $"{Encode(header)}.{parts[1]}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(kid), Encoding.ASCII.GetBytes($"{Encode(header)}.{parts[1]}")))}";
            case "payload of another":
                claims["roles"] = "user,admin";
                return $"{parts[0]}.{Encode(claims)}.{parts[2]}";
            case "expired":
                claims["exp"] = 1_000_000_000;
                break;
            case "wrong audience":
                claims["aud"] = "desktop";
                break;
        }

        // Expired and wrong-audience tokens are signed with the real key; a forged one by somebody who only claims its name.
        using var rsa = RSA.Create(2048);
        if (kind != "forged")
            rsa.ImportFromPem(File.ReadAllText(Path.Combine(running.Product.Data.Keys, "signing", kid + ".pem")));
        var input = $"{parts[0]}.{Encode(claims)}";
        return $"{input}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static byte[] Decode(string part) => Base64Url.DecodeFromChars(part);

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value));
}
