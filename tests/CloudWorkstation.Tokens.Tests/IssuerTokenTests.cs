using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Tokens.Issuers;

namespace CloudWorkstation.Tokens.Tests;

/// <summary>Tokens of other issuers: which are taken, and everything that is not.</summary>
public sealed class IssuerTokenTests : IDisposable
{
    private const string Issuer = "https://login.example.org";
    private const string RsaHeader = """{"alg":"RS256","kid":"rsa"}""";
    private const string EcHeader = """{"alg":"ES256","typ":"JWT","kid":"ec"}""";

    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly IReadOnlyList<IssuerKey> keys;

    public IssuerTokenTests() => keys = IssuerKey.ReadSet(Encoding.UTF8.GetBytes(KeySet(RsaJwk("rsa"), EcJwk("ec"))))!;

    [Fact(Timeout = 30_000)]
    public Task The_es256_example_of_rfc_7515_has_a_good_signature()
    {
        const string jwk = """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""";
        const string token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
            + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        var published = IssuerKey.ReadSet(Encoding.UTF8.GetBytes(jwk))!;

        // It has no audience: that it gets as far as there says that the signature is good.
        Check(token, published, new IssuerRules("joe", "")).ShouldBe(TokenFailure.Audience);
        Check(token[..^1] + "g", published, new IssuerRules("joe", "")).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Both_algorithms_are_taken_with_the_audience_alone_or_among_others()
    {
        Check(Rsa(Claims())).ShouldBe(TokenFailure.None);
        Check(Ec(Claims())).ShouldBe(TokenFailure.None);
        Check(Ec(With("aud", new JsonArray("other", "us")))).ShouldBe(TokenFailure.None);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"alg":"none"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"none","kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"HS256","kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"ES256","kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"PS256","kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"rs256","kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"kid":"rsa"}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"RS256","kid":"rsa","crit":["b64"]}""", TokenFailure.Algorithm)]
    [InlineData("""{"alg":"RS256","kid":"other"}""", TokenFailure.UnknownKey)]
    [InlineData("""{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}""", TokenFailure.Type)]
    [InlineData("""{"alg":"RS256","kid":"rsa","typ":7}""", TokenFailure.Type)]
    [InlineData("""{"alg":"RS256","alg":"RS256","kid":"rsa"}""", TokenFailure.Malformed)]
    public Task The_header_decides_nothing(string header, TokenFailure expected)
    {
        Check(Keyring.Signed(header, Claims().ToJsonString())).ShouldBe(expected);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_public_key_is_no_shared_secret()
    {
        var secret = Encoding.ASCII.GetBytes(Keyring.Current.PublicPem());

        Check(Keyring.Compact("""{"alg":"HS256","kid":"rsa"}""", Claims().ToJsonString(), input => HMACSHA256.HashData(secret, input))).ShouldBe(TokenFailure.Algorithm);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Signatures_that_are_none_are_refused()
    {
        var payload = Claims().ToJsonString();

        Check(Keyring.Compact(EcHeader, payload, _ => new byte[64])).ShouldBe(TokenFailure.Signature);
        Check(Keyring.Compact(EcHeader, payload, _ => [])).ShouldBe(TokenFailure.Signature);
        Check(Keyring.Compact(EcHeader, payload, input => ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))).ShouldBe(TokenFailure.Signature);
        Check(Keyring.Compact(RsaHeader, payload, _ => [])).ShouldBe(TokenFailure.Signature);
        Check(Keyring.Signed(RsaHeader, payload, Keyring.Stranger)).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("iss", "\"https://login.example.org/\"", TokenFailure.Issuer)]
    [InlineData("iss", null, TokenFailure.Issuer)]
    [InlineData("aud", "\"them\"", TokenFailure.Audience)]
    [InlineData("aud", "[]", TokenFailure.Audience)]
    [InlineData("aud", "[\"us\",7]", TokenFailure.Audience)]
    [InlineData("aud", null, TokenFailure.Audience)]
    [InlineData("exp", null, TokenFailure.MissingClaim)]
    [InlineData("exp", "\"tomorrow\"", TokenFailure.Expired)]
    [InlineData("exp", "1795262400", TokenFailure.Expired)]
    [InlineData("iat", null, TokenFailure.MissingClaim)]
    [InlineData("iat", "1795262461", TokenFailure.NotYetValid)]
    [InlineData("iat", "1795261799", TokenFailure.Expired)]
    [InlineData("nbf", "1795262461", TokenFailure.NotYetValid)]
    [InlineData("nbf", "\"x\"", TokenFailure.NotYetValid)]
    public Task Every_claim_that_counts_is_checked(string claim, string? value, TokenFailure expected)
    {
        Keyring.Now.ToUnixTimeSeconds().ShouldBe(1795262400);
        Check(Rsa(With(claim, value is null ? null : JsonNode.Parse(value)))).ShouldBe(expected);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task What_is_too_large_or_no_token_is_refused()
    {
        Check(new string('a', IssuerToken.MaximumLength + 1)).ShouldBe(TokenFailure.TooLarge);
        foreach (var text in new[] { "", ".", "..", "a.b", "a.b.c.d", "e30.e30.!", "bnVsbA.e30.AA" })
        {
            Check(text).ShouldBe(TokenFailure.Malformed, text);
        }

        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Keys_that_are_not_for_this_are_left_out()
    {
        using var small = RSA.Create(1024);
        var weak = RsaJwk("weak", small);
        var encryption = RsaJwk("encryption");
        encryption["use"] = "enc";
        var other = RsaJwk("other");
        other["alg"] = "RS512";
        var signing = RsaJwk("signing");
        signing["key_ops"] = new JsonArray("sign");
        var broken = EcJwk("broken");
        broken["y"] = broken["x"]!.DeepClone();
        var symmetric = new JsonObject { ["kty"] = "oct", ["kid"] = "oct", ["k"] = "AAAA" };

        IssuerKey.ReadSet(Encoding.UTF8.GetBytes(KeySet(weak, encryption, other, signing, broken, symmetric, RsaJwk("good"))))!.Select(k => k.Kid).ShouldBe(["good"]);
        IssuerKey.ReadSet("[]"u8.ToArray()).ShouldBeNull();
        IssuerKey.ReadSet("{\"keys\":7}"u8.ToArray()).ShouldBeNull();
        IssuerKey.ReadSet("{"u8.ToArray()).ShouldBeNull();
        return Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public Task A_token_with_one_character_changed_is_refused()
    {
        var token = Ec(Claims());
        for (var at = 0; at < token.Length; at++)
        {
            var changed = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            Check(changed).ShouldNotBe(TokenFailure.None, $"at {at}");
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        ec.Dispose();
        foreach (var key in keys)
        {
            key.Dispose();
        }
    }

    private static JsonObject Claims() => new()
    {
        ["iss"] = Issuer,
        ["aud"] = "us",
        ["sub"] = "248289761001",
        ["iat"] = Keyring.Now.ToUnixTimeSeconds(),
        ["exp"] = Keyring.Now.AddMinutes(5).ToUnixTimeSeconds(),
    };

    private static JsonObject With(string claim, JsonNode? value)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        return claims;
    }

    private static string KeySet(params JsonObject[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    private static JsonObject RsaJwk(string kid, RSA? rsa = null)
    {
        var key = (rsa ?? Keyring.Current.Rsa).ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = kid, ["n"] = Keyring.Base64Url(key.Modulus!), ["e"] = Keyring.Base64Url(key.Exponent!) };
    }

    private JsonObject EcJwk(string kid)
    {
        var point = ec.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = kid, ["use"] = "sig", ["x"] = Keyring.Base64Url(point.X!), ["y"] = Keyring.Base64Url(point.Y!) };
    }

    private static string Rsa(JsonObject claims) => Keyring.Signed(RsaHeader, claims.ToJsonString());

    private string Ec(JsonObject claims) =>
        Keyring.Compact(EcHeader, claims.ToJsonString(), input => ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    private TokenFailure Check(string token) => Check(token, keys, new IssuerRules(Issuer, "us") { MaximumAge = TimeSpan.FromMinutes(10) });

    private static TokenFailure Check(string token, IReadOnlyList<IssuerKey> known, IssuerRules rules) => IssuerToken.Verify(token, known, rules, Keyring.Now, out _);
}
