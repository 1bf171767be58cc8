using System.Buffers.Text;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>
/// Notes an answer that was refused, and uses its challenge up: one challenge, one answer. Nobody is locked out by it, because nobody guesses a
/// signature, and a stranger who knows the id of a key must not keep its owner out.
/// </summary>
internal sealed class PasskeyRefusals(IDocumentStore store, AccountUserStore accounts, PasskeyTickets tickets, FactorNews news, IAuditLog audit)
{
    private const int LongestReason = 200;
    private const int LongestId = 1400;

    /// <summary>The framework's only word for it; a test holds it.</summary>
    private const string Counter = "signature counter";

    public async Task NoteAsync(PasskeyTicket ticket, string credentialId, PasskeyException why, string? address)
    {
        var account = await OwnerAsync(credentialId);
        var (who, target) = account is null
            ? (new Actor("anonymous", "unknown passkey", [], [], null, address), "account/unknown")
            : (account.ToActor(null, address), account.AuditTarget);
        var isCopy = why.Message.Contains(Counter, StringComparison.Ordinal);
        var reason = isCopy ? "the counter went back, as a copy's does" : why.Message[..Math.Min(why.Message.Length, LongestReason)];
        var mails = isCopy && account is not null ? news.Of(account, FactorChange.PasskeyCopied, NameOf(account, credentialId)) : [];

        // Not stopped by somebody who hangs up, so that the refusal is written down. A ticket that was used meanwhile needs no second entry.
        await store.CommitAsync([tickets.Use(ticket), audit.Entry(who, AuditActions.SessionPasskey, target, AuditResults.Refused, reason), .. mails], CancellationToken.None);
    }

    private static string? NameOf(AccountRecord account, string credentialId) => account.Factors.Passkeys.FirstOrDefault(p => p.CredentialId == credentialId)?.Name;

    private async Task<AccountRecord?> OwnerAsync(string credentialId) =>
        credentialId.Length is > 0 and <= LongestId && Base64Url.IsValid(credentialId)
            ? await accounts.FindByPasskeyIdAsync(Base64Url.DecodeFromChars(credentialId), CancellationToken.None)
            : null;
}
