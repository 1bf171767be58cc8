using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Which address belongs to which registration. The list of accounts by address may be behind; these documents are not.</summary>
internal sealed class AddressClaims(RegistrationDocuments documents, AccountUserStore accounts)
{
    /// <summary>Whether somebody has an account with this address, or is about to get one.</summary>
    public async Task<bool> IsTakenAsync(string email, string? exceptRegistration, CancellationToken cancellationToken) =>
        (await accounts.FindByEmailAsync(email, cancellationToken)).Count > 0
        || (await documents.ClaimOfAsync(email, cancellationToken) is { } claim && await IsHeldAsync(claim.Value, email, exceptRegistration, cancellationToken));

    /// <summary>The write that takes the address for a registration; null when it is taken.</summary>
    public async Task<DocumentWrite?> TakeAsync(RegistrationRecord registration, string? accountId, CancellationToken cancellationToken)
    {
        var current = await documents.ClaimOfAsync(registration.Email, cancellationToken);
        if (current is not null && await IsHeldAsync(current.Value, registration.Email, registration.Id, cancellationToken))
        {
            return null;
        }

        var claim = new AddressClaim(AddressClaim.IdOf(registration.Email), registration.Id, accountId);
        return current is null ? documents.Addresses.Add(claim) : documents.Addresses.Replace(claim, current.Version);
    }

    /// <summary>A claim ends with its registration, and when the account has another address by now.</summary>
    private async Task<bool> IsHeldAsync(AddressClaim claim, string email, string? exceptRegistration, CancellationToken cancellationToken)
    {
        if (claim.RegistrationId == exceptRegistration)
        {
            return false;
        }

        if (claim.AccountId is { } id)
        {
            return await accounts.FindByIdAsync(id, cancellationToken) is { } account && MailAddresses.Key(account.Email) == MailAddresses.Key(email);
        }

        var registration = await documents.Registrations.GetAsync(claim.RegistrationId, cancellationToken);
        return registration is { Value.State: not (RegistrationState.Refused or RegistrationState.Cancelled) };
    }
}
