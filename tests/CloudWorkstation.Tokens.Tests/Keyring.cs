using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Tokens.Tests;

/// <summary>Keys, claims and hand-made tokens for all tests; keys are made once because that is slow.</summary>
internal static class Keyring
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly RsaKey Current = RsaKey.Create("key-1");

    public static readonly RsaKey Next = RsaKey.Create("key-2");

    public static readonly RsaKey Stranger = RsaKey.Create("key-1");

    public static RsaKey? Find(string kid) => kid switch { "key-1" => Current, "key-2" => Next, _ => null };

    public static SessionToken Session(params string[] groups) => new("acc-alice", "alice", groups, ["user", "admin"], "s-1", Now, Now.AddMinutes(5));

    public static DesktopToken Desktop() => new("acc-alice", "s-1", "desktopalice", "c-1", "j-1", "enc", Now.AddMinutes(1));

    public static JsonObject Claims() => new()
    {
        ["iss"] = "cloudworkstation",
        ["aud"] = "cloudworkstation",
        ["sub"] = "acc-alice",
        ["name"] = "alice",
        ["grps"] = "staff",
        ["roles"] = "user",
        ["sid"] = "s-1",
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
    };

    public static string Compact(string header, string payload, Func<byte[], byte[]> sign)
    {
        var input = Base64Url(header) + "." + Base64Url(payload);
        return input + "." + Base64Url(sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>A token with a good signature over whatever these texts say.</summary>
    public static string Signed(string header, string payload, RsaKey? key = null) => Compact(header, payload, Rs256(key ?? Current));

    public static string Signed(JsonObject claims) => Signed("""{"alg":"RS256","typ":"JWT","kid":"key-1"}""", claims.ToJsonString());

    public static Func<byte[], byte[]> Rs256(RsaKey key) => input => key.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    public static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static byte[] FromBase64Url(string text) =>
        Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));

    public static TokenFailure Verify(string token, DateTimeOffset? now = null)
    {
        var session = SessionToken.Verify(token, Find, now ?? Now, out var failure);
        (session is null).ShouldBe(failure != TokenFailure.None);
        return failure;
    }
}
