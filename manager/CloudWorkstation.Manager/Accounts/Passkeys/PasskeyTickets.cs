using System.Security.Cryptography;
using System.Text.Json;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>What a ceremony is for; a ticket of one opens no other.</summary>
internal enum PasskeyUse
{
    SignIn,
    SecondFactor,
    Register,
    Proof,
}

/// <summary>A ceremony under way, as the browser carries it, sealed.</summary>
/// <param name="Id">Used once.</param>
/// <param name="State">The framework's: the challenge, and whose keys may answer.</param>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record PasskeyTicket(string Id, string State, DateTimeOffset ExpiresAt);

/// <summary>
/// Challenges of passkeys. Beginning a ceremony stores nothing, because anybody may begin one with each look at the sign-in page: the browser carries
/// the challenge, sealed. Its use is stored in the commit that it allows, so that an answer counts once, whoever sends it again and whenever a process dies.
/// </summary>
internal sealed class PasskeyTickets(IDocumentStore store, SecretSeal seal, TimeProvider time)
{
    private const string Purpose = "passkey-ceremony";
    private const int MostCharacters = 4096;

    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(5);

    private readonly Collection<UsedTicket> used = new(store, Definition, t => t.Id);

    public static CollectionDefinition Definition { get; } = new("passkey-tickets-used");

    /// <param name="use">What for.</param>
    /// <param name="subject">What it is bound to besides the browser: a session, a challenge; empty for a sign-in.</param>
    /// <param name="optionsJson">For the browser.</param>
    /// <param name="state">The framework's.</param>
    public PasskeyCeremony Issue(PasskeyUse use, string subject, string optionsJson, string state)
    {
        var expires = time.GetUtcNow() + Lives;
        var ticket = new PasskeyTicket(RandomNumberGenerator.GetHexString(32, lowercase: true), state, expires);
        return new PasskeyCeremony(optionsJson, seal.Seal(Purpose, Name(use, subject), JsonSerializer.Serialize(ticket)), expires);
    }

    /// <summary>Null for one that is forged, of another ceremony, too old or used.</summary>
    public async Task<PasskeyTicket?> OpenAsync(PasskeyUse use, string subject, string? text, CancellationToken cancellationToken) =>
        Unseal(use, subject, text) is { } ticket && time.GetUtcNow() < ticket.ExpiresAt && await used.GetAsync(ticket.Id, cancellationToken) is null ? ticket : null;

    /// <summary>For the commit that the answer allows; it fails when the ticket was used meanwhile.</summary>
    public DocumentWrite Use(PasskeyTicket ticket) => used.Add(new UsedTicket(ticket.Id), ticket.ExpiresAt + Lives);

    private static string Name(PasskeyUse use, string subject) => $"{use}/{subject}";

    private PasskeyTicket? Unseal(PasskeyUse use, string subject, string? text)
    {
        if (text is not { Length: > 0 and <= MostCharacters })
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<PasskeyTicket>(seal.Open(Purpose, Name(use, subject), text));
        }
        catch (CryptographicException)
        {
            // Not ours, or not for this.
            return null;
        }
    }

    private sealed record UsedTicket(string Id);
}
