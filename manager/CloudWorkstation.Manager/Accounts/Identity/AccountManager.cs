using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>
/// ASP.NET Core Identity's manager over our store: validates names and passwords, hashes, stamps, saves. It keeps no state, so that
/// one serves the whole process. Lockout is counted by <see cref="SignIn.PasswordSignIn"/>, which knows growing lockouts and our clock.
/// </summary>
internal sealed class AccountManager(
    AccountUserStore store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<AccountRecord> hasher,
    UserNames names,
    IServiceProvider services,
    ILogger<UserManager<AccountRecord>> logger)
    : UserManager<AccountRecord>(store, options, hasher, [names], [new PasswordPolicy()], names, new IdentityErrorDescriber(), services, logger)
{
    /// <summary>Checks the policy, sets hash and a new stamp; <see cref="UserManager{TUser}.UpdateAsync"/> saves them.</summary>
    public Task<IdentityResult> SetPasswordAsync(AccountRecord account, string password) => account.IsService
        ? throw new InvalidOperationException($"The service account '{account.UserName}' must not get a password.")
        : UpdatePasswordHash(account, password, validatePassword: true);

    /// <summary>Name and password at once, so that a form shows everything that is wrong with it.</summary>
    public async Task<IdentityResult> ValidateAsync(AccountRecord account, string? password)
    {
        var name = await ValidateUserAsync(account);
        var secret = password is null ? IdentityResult.Success : await ValidatePasswordAsync(account, password);
        IdentityError[] errors = [.. name.Errors, .. secret.Errors];
        return errors.Length == 0 ? IdentityResult.Success : IdentityResult.Failed(errors);
    }

    public new Task<IdentityResult> ValidatePasswordAsync(AccountRecord account, string? password) => base.ValidatePasswordAsync(account, password);

    public Task StampAsync(AccountRecord account) => store.SetSecurityStampAsync(account, Guid.NewGuid().ToString("N"), CancellationToken);
}
