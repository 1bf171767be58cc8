using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>A passkey in its account's document. What the authenticator said when it was made is not kept: nobody asks for attestation.</summary>
internal sealed record PasskeyRecord
{
    /// <value>The authenticator's, base64url.</value>
    public required string CredentialId { get; init; }

    /// <value>COSE, base64url.</value>
    public required string PublicKey { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    /// <value>How often the authenticator has signed, where it counts; it never goes back.</value>
    public uint SignCount { get; init; }

    public IReadOnlyList<string> Transports { get; init; } = [];

    public bool Verified { get; init; }

    public bool BackupEligible { get; init; }

    public bool BackedUp { get; init; }

    /// <value>Names it in addresses: the credential's id may be long, and is nobody's business.</value>
    [JsonIgnore]
    public string Id => IdOf(Base64Url.DecodeFromChars(CredentialId))[..24];

    public static string IdOf(byte[] credentialId) => Convert.ToHexStringLower(SHA256.HashData(credentialId));

    public static PasskeyRecord From(UserPasskeyInfo info, string name) => new()
    {
        CredentialId = Base64Url.EncodeToString(info.CredentialId),
        PublicKey = Base64Url.EncodeToString(info.PublicKey),
        Name = name,
        CreatedAt = info.CreatedAt,
        SignCount = info.SignCount,
        Transports = info.Transports ?? [],
        Verified = info.IsUserVerified,
        BackupEligible = info.IsBackupEligible,
        BackedUp = info.IsBackedUp,
    };

    public bool Is(byte[] credentialId) => string.Equals(CredentialId, Base64Url.EncodeToString(credentialId), StringComparison.Ordinal);

    public UserPasskeyInfo ToInfo() => new(
        Base64Url.DecodeFromChars(CredentialId), Base64Url.DecodeFromChars(PublicKey), CreatedAt, SignCount, [.. Transports], Verified, BackupEligible, BackedUp, [], [])
    {
        Name = Name,
    };

    public PasskeyView ToView() => new(Id, Name, CreatedAt, LastUsedAt, BackedUp, Verified);
}
