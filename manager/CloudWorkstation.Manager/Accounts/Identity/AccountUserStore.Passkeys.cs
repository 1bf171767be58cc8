using CloudWorkstation.Manager.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>Passkeys lie in their account's document; a document of each credential says whose it is, written in the same commit.</summary>
internal sealed partial class AccountUserStore : IUserPasskeyStore<AccountRecord>
{
    private readonly PasskeyDocuments passkeys = new(documents);

    public Task AddOrUpdatePasskeyAsync(AccountRecord user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        if (user.Factors.Passkeys.FirstOrDefault(p => p.Is(passkey.CredentialId)) is { } known)
        {
            var changed = known with { Name = passkey.Name ?? known.Name, SignCount = passkey.SignCount, BackedUp = passkey.IsBackedUp };
            user.Factors = user.Factors with { Passkeys = [.. user.Factors.Passkeys.Select(p => p == known ? changed : p)] };
        }
        else
        {
            user.Factors = user.Factors with { Passkeys = [.. user.Factors.Passkeys, PasskeyRecord.From(passkey, passkey.Name ?? "Passkey")] };
            user.Also.Add(passkeys.Add(passkey.CredentialId, user.Id));
        }

        return Task.CompletedTask;
    }

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(AccountRecord user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. user.Factors.Passkeys.Select(p => p.ToInfo())]);

    public async Task<AccountRecord?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindAccountAsync(credentialId, cancellationToken) is { } account ? await FindByIdAsync(account, cancellationToken) : null;

    public Task<UserPasskeyInfo?> FindPasskeyAsync(AccountRecord user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(user.Factors.Passkeys.FirstOrDefault(p => p.Is(credentialId))?.ToInfo());

    public Task RemovePasskeyAsync(AccountRecord user, byte[] credentialId, CancellationToken cancellationToken)
    {
        user.Factors = user.Factors with { Passkeys = [.. user.Factors.Passkeys.Where(p => !p.Is(credentialId))] };
        user.Also.Add(passkeys.Remove(credentialId));
        return Task.CompletedTask;
    }
}
