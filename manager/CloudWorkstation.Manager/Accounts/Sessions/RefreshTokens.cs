using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Accounts.Sessions;

internal enum RefreshUse
{
    /// <summary>Never was a token of this session.</summary>
    Foreign,

    /// <summary>Was one, and was used before: somebody holds a copy.</summary>
    Reused,

    Good,
}

/// <summary>
/// The refresh tokens of one session, as hashes. A token is <c>session.family.secret</c>: the secret is new with every refresh, the
/// family stays and tells a token that was used before from one that somebody made up, which must not end anybody's session.
/// </summary>
/// <param name="Family">SHA-256 of the family, hex.</param>
/// <param name="Live">SHA-256 of each secret that is good; more than one only after tabs refreshed at once.</param>
/// <param name="Retired">The secrets that the live ones replaced.</param>
/// <param name="RetiredAt">When they did.</param>
internal sealed record RefreshTokens(string Family, IReadOnlyList<string> Live, IReadOnlyList<string> Retired, DateTimeOffset RetiredAt)
{
    private const int MaximumLive = 8;

    public static (RefreshTokens Tokens, string Token) Start(string sessionId, DateTimeOffset now)
    {
        var family = NewSecret();
        var secret = NewSecret();
        return (new RefreshTokens(Hash(family), [Hash(secret)], [], now), $"{sessionId}.{family}.{secret}");
    }

    public RefreshUse Judge(RefreshToken presented, DateTimeOffset now)
    {
        if (!Same(Family, Hash(presented.Family)))
        {
            return RefreshUse.Foreign;
        }

        var hash = Hash(presented.Secret);
        return Has(Live, hash) || (Has(Retired, hash) && now - RetiredAt <= SessionLimits.RefreshOverlap) ? RefreshUse.Good : RefreshUse.Reused;
    }

    /// <summary>
    /// A live token retires its whole generation. A retired one within the overlap adds a sibling: the other tab's new token must
    /// stay good, because nobody knows whose answer the browser's cookie jar kept.
    /// </summary>
    public (RefreshTokens Tokens, string Token) Rotate(RefreshToken presented, DateTimeOffset now)
    {
        var secret = NewSecret();
        var token = $"{presented.SessionId}.{presented.Family}.{secret}";
        return Has(Live, Hash(presented.Secret))
            ? (this with { Live = [Hash(secret)], Retired = Live, RetiredAt = now }, token)
            : (this with { Live = [.. Live.TakeLast(MaximumLive - 1), Hash(secret)] }, token);
    }

    private static bool Has(IReadOnlyList<string> hashes, string hash) => hashes.Any(h => Same(h, hash));

    private static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right));

    private static string NewSecret() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}

/// <summary>A refresh token taken apart; <see cref="Parse"/> gives null for anything that cannot be one.</summary>
internal sealed record RefreshToken(string SessionId, string Family, string Secret)
{
    private const int SessionLength = 24;
    private const int SecretLength = 64;

    public static RefreshToken? Parse(string text)
    {
        var parts = text.Length <= SessionLength + SecretLength + SecretLength + 2 ? text.Split('.') : [];
        return parts.Length == 3 && parts[0].Length == SessionLength && parts[0].All(char.IsAsciiLetterOrDigit)
            && IsSecret(parts[1]) && IsSecret(parts[2])
                ? new RefreshToken(parts[0], parts[1], parts[2])
                : null;
    }

    private static bool IsSecret(string text) => text.Length == SecretLength && text.All(char.IsAsciiHexDigitLower);
}
