using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>
/// What a browser carries from leaving for a provider until it comes back: sealed, so that neither it nor a script reads or makes one. State and nonce
/// bind the provider's answer and ID token to this very browser, the verifier (RFC 7636) binds the code.
/// </summary>
internal sealed record SignInTrip(string Provider, string State, string Nonce, string Verifier, string Destination, DateTimeOffset At)
{
    /// <value>The account that is to be linked; null for a sign-in.</value>
    public TripOfLink? Link { get; init; }

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Purpose = "provider-sign-in";

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static SignInTrip Begin(string provider, string destination, DateTimeOffset now) => new(provider, Secret(), Secret(), Secret(), destination, now);

    public string Seal(SecretSeal seal) => seal.Seal(Purpose, Provider, JsonSerializer.Serialize(this, ProductJson.Options));

    /// <summary>Null for anything that was not sealed for this provider within the last minutes.</summary>
    public static SignInTrip? Open(SecretSeal seal, string provider, string? text, DateTimeOffset now)
    {
        if (text is not { Length: > 0 and <= 4096 })
        {
            return null;
        }

        try
        {
            var trip = JsonSerializer.Deserialize<SignInTrip>(seal.Open(Purpose, provider, text), ProductJson.Options);
            return trip is not null && trip.Provider == provider && now - trip.At < Lifetime ? trip : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public bool IsState(string? state) => state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(State), Encoding.UTF8.GetBytes(state));

    // 256 bits.
    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Whose account is to be linked, and the session in which its owner asked for it.</summary>
internal sealed record TripOfLink(string Account, string Session);
