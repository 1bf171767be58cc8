using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Storage;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>
/// ASP.NET Core Identity's view of our accounts: the members its managers read and set. Saving is in
/// <c>AccountUserStore.Documents.cs</c>.
/// </summary>
internal sealed partial class AccountUserStore(IDocumentStore documents)
    : IUserPasswordStore<AccountRecord>, IUserSecurityStampStore<AccountRecord>, IUserLockoutStore<AccountRecord>
{
    public Task<string> GetUserIdAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task SetUserNameAsync(AccountRecord user, string? userName, CancellationToken cancellationToken)
    {
        user.UserName = userName ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(AccountRecord user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.NormalizedUserName);

    public Task SetNormalizedUserNameAsync(AccountRecord user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedUserName = normalizedName ?? "";
        return Task.CompletedTask;
    }

    public Task SetPasswordHashAsync(AccountRecord user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task SetSecurityStampAsync(AccountRecord user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(AccountRecord user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(AccountRecord user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Lockout.LockedUntil);

    public Task SetLockoutEndDateAsync(AccountRecord user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        user.Lockout = user.Lockout with { LockedUntil = lockoutEnd };
        return Task.CompletedTask;
    }

    public Task<int> IncrementAccessFailedCountAsync(AccountRecord user, CancellationToken cancellationToken)
    {
        user.Lockout = user.Lockout with { Failures = user.Lockout.Failures + 1 };
        return Task.FromResult(user.Lockout.Failures);
    }

    public Task ResetAccessFailedCountAsync(AccountRecord user, CancellationToken cancellationToken)
    {
        user.Lockout = LockoutState.None;
        return Task.CompletedTask;
    }

    public Task<int> GetAccessFailedCountAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult(user.Lockout.Failures);

    public Task<bool> GetLockoutEnabledAsync(AccountRecord user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Nobody is exempt.</summary>
    public Task SetLockoutEnabledAsync(AccountRecord user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}
