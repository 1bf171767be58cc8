using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Tokens.Tests;

/// <summary>Everything that is no token of ours, and why.</summary>
public sealed class RefusalTests
{
    private const string Header = """{"alg":"RS256","typ":"JWT","kid":"key-1"}""";

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("!!!.e30.e30")]
    [InlineData("bnVsbA.e30.AA")]
    [InlineData("W10.e30.AA")]
    public Task Text_that_is_no_token_is_refused(string token)
    {
        Keyring.Verify(token).ShouldNotBe(TokenFailure.None);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"alg":"none","kid":"key-1"}""")]
    [InlineData("""{"alg":"None","kid":"key-1"}""")]
    [InlineData("""{"alg":"","kid":"key-1"}""")]
    [InlineData("""{"alg":"HS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS384","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS512","kid":"key-1"}""")]
    [InlineData("""{"alg":"PS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"ES256","kid":"key-1"}""")]
    [InlineData("""{"alg":"rs256","kid":"key-1"}""")]
    [InlineData("""{"alg":["RS256"],"kid":"key-1"}""")]
    [InlineData("""{"alg":null,"kid":"key-1"}""")]
    [InlineData("""{"kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":["exp"]}""")]
    public Task Only_the_one_algorithm_is_taken_whatever_the_header_says(string header)
    {
        Keyring.Verify(Keyring.Signed(header, Keyring.Claims().ToJsonString())).ShouldBe(TokenFailure.Algorithm);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task An_unsigned_token_is_refused()
    {
        Keyring.Verify(Keyring.Compact("""{"alg":"none"}""", Keyring.Claims().ToJsonString(), _ => [])).ShouldBe(TokenFailure.Algorithm);
        Keyring.Verify(Keyring.Compact(Header, Keyring.Claims().ToJsonString(), _ => [])).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_public_key_is_no_shared_secret()
    {
        var secret = Encoding.ASCII.GetBytes(Keyring.Current.PublicPem());

        Keyring.Verify(Keyring.Compact("""{"alg":"HS256","kid":"key-1"}""", Keyring.Claims().ToJsonString(), i => HMACSHA256.HashData(secret, i)))
            .ShouldBe(TokenFailure.Algorithm);
        Keyring.Verify(Keyring.Compact(Header, Keyring.Claims().ToJsonString(), i => HMACSHA256.HashData(secret, i))).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"alg":"RS256"}""", TokenFailure.UnknownKey)]
    [InlineData("""{"alg":"RS256","kid":"key-9"}""", TokenFailure.UnknownKey)]
    [InlineData("""{"alg":"RS256","kid":""}""", TokenFailure.UnknownKey)]
    [InlineData("""{"alg":"RS256","kid":1}""", TokenFailure.UnknownKey)]
    [InlineData("""{"alg":"RS256","kid":"key-2"}""", TokenFailure.Signature)]
    public Task The_key_must_be_known_and_be_the_one_that_signed(string header, TokenFailure expected)
    {
        Keyring.Verify(Keyring.Signed(header, Keyring.Claims().ToJsonString())).ShouldBe(expected);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Another_keys_signature_is_refused_under_our_key_id()
    {
        Keyring.Verify(Keyring.Session().Sign(Keyring.Stranger)).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData(0), InlineData(1), InlineData(255), InlineData(256), InlineData(257)]
    public Task A_signature_of_zeros_is_refused(int length)
    {
        Keyring.Verify(Keyring.Compact(Header, Keyring.Claims().ToJsonString(), _ => new byte[length])).ShouldBe(TokenFailure.Signature);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("iss", "\"other\"", TokenFailure.Issuer)]
    [InlineData("iss", "\"CloudWorkstation\"", TokenFailure.Issuer)]
    [InlineData("iss", "[\"cloudworkstation\"]", TokenFailure.Issuer)]
    [InlineData("iss", null, TokenFailure.Issuer)]
    [InlineData("aud", "\"desktop\"", TokenFailure.Audience)]
    [InlineData("aud", "[\"cloudworkstation\"]", TokenFailure.Audience)]
    [InlineData("aud", null, TokenFailure.Audience)]
    [InlineData("exp", null, TokenFailure.MissingClaim)]
    [InlineData("exp", "\"9999999999\"", TokenFailure.MissingClaim)]
    [InlineData("exp", "1e400", TokenFailure.MissingClaim)]
    [InlineData("exp", "99999999999999999999", TokenFailure.MissingClaim)]
    [InlineData("exp", "-1", TokenFailure.MissingClaim)]
    [InlineData("exp", "1.5", TokenFailure.MissingClaim)]
    [InlineData("exp", "true", TokenFailure.MissingClaim)]
    [InlineData("exp", "0", TokenFailure.Expired)]
    [InlineData("nbf", "\"soon\"", TokenFailure.NotYetValid)]
    [InlineData("sub", null, TokenFailure.MissingClaim)]
    [InlineData("sub", "\"\"", TokenFailure.MissingClaim)]
    [InlineData("sub", "1", TokenFailure.MissingClaim)]
    [InlineData("sid", null, TokenFailure.MissingClaim)]
    [InlineData("sid", "\"\"", TokenFailure.MissingClaim)]
    [InlineData("name", null, TokenFailure.MissingClaim)]
    [InlineData("grps", null, TokenFailure.MissingClaim)]
    [InlineData("grps", "[\"admin\"]", TokenFailure.MissingClaim)]
    [InlineData("roles", null, TokenFailure.MissingClaim)]
    [InlineData("iat", null, TokenFailure.MissingClaim)]
    public Task A_claim_that_is_missing_or_of_another_kind_is_refused(string claim, string? value, TokenFailure expected)
    {
        var claims = Keyring.Claims();
        claims.Remove(claim);
        var payload = claims.ToJsonString();
        payload = value is null ? payload : $"{payload[..^1]},\"{claim}\":{value}}}";

        Keyring.Verify(Keyring.Signed(Header, payload)).ShouldBe(expected);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{\"alg\":\"RS256\",\"kid\":\"key-1\\ud800\"}")]
    [InlineData("{\"alg\":\"\\ud800\",\"kid\":\"key-1\"}")]
    [InlineData("{\"\\ud800\":1,\"alg\":\"HS256\",\"kid\":\"key-1\"}")]
    [InlineData("{\"\\ud800\":1,\"\\udc00\":1,\"alg\":\"none\"}")]
    public Task Half_a_character_is_refused_and_throws_nothing(string header)
    {
        Keyring.Verify(Keyring.Signed(header, Keyring.Claims().ToJsonString())).ShouldNotBe(TokenFailure.None);
        Keyring.Verify(Keyring.Signed(Header, Keyring.Claims().ToJsonString().Replace("alice", "\\ud800", StringComparison.Ordinal))).ShouldBe(TokenFailure.MissingClaim);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_member_that_stands_twice_is_refused_in_header_and_payload()
    {
        var claims = Keyring.Claims().ToJsonString();

        Keyring.Verify(Keyring.Signed(Header, claims[..^1] + ",\"roles\":\"admin\"}")).ShouldBe(TokenFailure.Malformed);
        Keyring.Verify(Keyring.Signed("""{"alg":"none","kid":"key-1","alg":"RS256"}""", claims)).ShouldBe(TokenFailure.Malformed);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{/* comment */}")]
    [InlineData("")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    public Task A_payload_that_is_no_plain_object_is_refused(string payload)
    {
        Keyring.Verify(Keyring.Signed(Header, payload)).ShouldBe(TokenFailure.Malformed);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_token_has_one_spelling_only()
    {
        var token = Keyring.Session().Sign(Keyring.Current);
        var parts = token.Split('.');

        foreach (var other in new[]
                 {
                     token + "=", token + "==", token + "\n", " " + token, token.Replace(".", ".\n", StringComparison.Ordinal),
                     token[..^1] + NextInAlphabet(token[^1]),
                     $"{parts[0]}.{parts[1]}.{parts[2].Replace('-', '+').Replace('_', '/')}=",
                 })
        {
            Keyring.Verify(other).ShouldNotBe(TokenFailure.None, other);
        }

        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_large_token_is_refused_unread()
    {
        var claims = Keyring.Claims();
        claims["pad"] = new string('x', 4000);

        Keyring.Verify(Keyring.Signed(claims)).ShouldBe(TokenFailure.TooLarge);
        Keyring.Verify(new string('.', 5_000_000)).ShouldBe(TokenFailure.TooLarge);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Characters_outside_ascii_are_not_folded_into_ascii()
    {
        // ASCII encoding would turn both into '?', and the signed bytes would be the same.
        var token = Keyring.Session().Sign(Keyring.Current);

        Keyring.Verify(token[..5] + 'é' + token[6..]).ShouldNotBe(TokenFailure.None);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_desktop_token_is_no_session_token_and_the_other_way_round()
    {
        Keyring.Verify(Keyring.Desktop().Sign(Keyring.Current)).ShouldBe(TokenFailure.Audience);
        DesktopToken.Verify(Keyring.Session().Sign(Keyring.Current), Keyring.Find, Keyring.Now, out var failure).ShouldBeNull();
        failure.ShouldBe(TokenFailure.Audience);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData("sub"), InlineData("sid"), InlineData("desktop"), InlineData("connection"), InlineData("jti"), InlineData("enc"), InlineData("exp")]
    public Task A_desktop_token_needs_each_of_its_claims(string claim)
    {
        var payload = JsonNode.Parse(Keyring.FromBase64Url(Keyring.Desktop().Sign(Keyring.Current).Split('.')[1]))!.AsObject();
        payload.Remove(claim);

        DesktopToken.Verify(Keyring.Signed(payload), Keyring.Find, Keyring.Now, out var failure).ShouldBeNull();
        failure.ShouldBe(TokenFailure.MissingClaim);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_desktop_token_is_read_as_it_was_signed()
    {
        DesktopToken.Verify(Keyring.Desktop().Sign(Keyring.Current), Keyring.Find, Keyring.Now, out _).ShouldBe(Keyring.Desktop());
        return Task.CompletedTask;
    }

    /// <summary>Changes only the bits that the last character carries in excess.</summary>
    private static char NextInAlphabet(char character)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet[alphabet.IndexOf(character, StringComparison.Ordinal) ^ 1];
    }
}
