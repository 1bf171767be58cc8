using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>A provider that lies as a test wants it to: what it says at each of its addresses can be put in place.</summary>
public sealed class ForgingProvider : IAsyncDisposable
{
    public const string Client = "cloudworkstation";

    private readonly WebApplication app;
    private readonly RSA rsa = RSA.Create(2048);
    private readonly Dictionary<string, Func<HttpContext, IResult>> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> asked = new(StringComparer.Ordinal);

    private ForgingProvider(WebApplication app) => this.app = app;

    public string Issuer { get; private set; } = "";

    /// <value>What the next token answer brings.</value>
    public string IdToken { get; set; } = "";

    public string Kid { get; set; } = "first";

    public RSA Key => rsa;

    public static async Task<ForgingProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new ForgingProvider(builder.Build());
        provider.app.Run(provider.AnswerAsync);
        await provider.app.StartAsync();
        provider.Issuer = provider.app.Urls.Single();
        return provider;
    }

    public JsonObject Discovery() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = Issuer + "/authorize",
        ["token_endpoint"] = Issuer + "/token",
        ["jwks_uri"] = Issuer + "/keys",
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    public JsonObject KeySet()
    {
        var key = rsa.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["kid"] = Kid, ["use"] = "sig", ["n"] = Base64Url(key.Modulus!), ["e"] = Base64Url(key.Exponent!) }),
        };
    }

    /// <summary>Good claims; a test changes one.</summary>
    public JsonObject Claims(string? nonce = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Client,
            ["sub"] = "mallory",
            ["iat"] = now,
            ["exp"] = now + 300,
            ["preferred_username"] = "mallory",
            ["name"] = "Mallory",
            ["email"] = "mallory@example.org",
            ["groups"] = new JsonArray("staff"),
        };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        return claims;
    }

    public string Sign(JsonObject claims, string? header = null) =>
        Compact(header ?? $$"""{"alg":"RS256","kid":"{{Kid}}"}""", claims, input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Compact(string header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var input = Base64Url(Encoding.UTF8.GetBytes(header)) + "." + Base64Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return input + "." + Base64Url(sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>Says something else at an address from now on.</summary>
    public void At(string path, Func<HttpContext, IResult> answer) => answers[path] = answer;

    public int TimesAsked(string path)
    {
        lock (asked)
        {
            return asked.GetValueOrDefault(path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        lock (asked)
        {
            asked[path] = asked.GetValueOrDefault(path) + 1;
        }

        var answer = answers.TryGetValue(path, out var other) ? other(context) : path switch
        {
            "/.well-known/openid-configuration" => Json(Discovery()),
            "/keys" => Json(KeySet()),
            "/token" => Json(new JsonObject { ["access_token"] = "opaque", ["token_type"] = "Bearer", ["id_token"] = IdToken }),
            _ => Results.NotFound(),
        };
        return answer.ExecuteAsync(context);
    }

    public static IResult Json(JsonNode json) => Results.Text(json.ToJsonString(), "application/json");

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
