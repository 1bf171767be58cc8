using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>Of whom what is demanded at sign-in, by the settings and the access rules of this moment.</summary>
internal sealed class SecondFactorPolicy(ISettings<SignInSettings> settings, IAccessPolicy access)
{
    /// <summary>Whether the person must have a second factor; roles count whether their own or given by a group.</summary>
    public async ValueTask<bool> RequiresAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        var wanted = await settings.CurrentAsync(cancellationToken);
        if (wanted.RequireSecondFactorRoles.Count == 0 && wanted.RequireSecondFactorGroups.Count == 0)
        {
            return false;
        }

        var roles = (await AccessOf(account, cancellationToken)).Roles;
        return wanted.RequireSecondFactorRoles.Intersect(roles, StringComparer.Ordinal).Any()
            || wanted.RequireSecondFactorGroups.Intersect(account.AllGroups, StringComparer.Ordinal).Any();
    }

    /// <summary>Whether a right password of the account's own is enough of a first factor.</summary>
    public async ValueTask<bool> AllowsPasswordAsync(AccountRecord account, CancellationToken cancellationToken) =>
        (await settings.CurrentAsync(cancellationToken)).LocalPasswords || (await AccessOf(account, cancellationToken)).Allows(Permissions.PlatformManage);

    private async ValueTask<EffectiveAccess> AccessOf(AccountRecord account, CancellationToken cancellationToken) =>
        (await access.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
}
