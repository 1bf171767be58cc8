using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Transfers;

/// <summary>Somebody who may have a desktop, with the writes that make sure that it stays so until the commit.</summary>
internal sealed record NewOwner(string Id, string UserName, IReadOnlyList<DocumentWrite> Writes);

/// <summary>Decides whether a person may be given a desktop: by the same rules as if they made it themselves.</summary>
internal sealed class NewOwners(AccountUserStore accounts, IAccessPolicy policy, ITemplateCatalogue templates, Quotas quotas, TimeProvider time)
{
    public async Task<Outcome<NewOwner>> FindAsync(string idOrUserName, Desktop desktop, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(idOrUserName, cancellationToken) is not { } account)
        {
            return Refused("invalid", "There is no such account. Give its user name or its id.");
        }

        if (account.Id == desktop.Owner)
        {
            return Refused("invalid", $"The desktop is {account.UserName}'s already.");
        }

        if (account.Disabled)
        {
            return Refused("invalid", $"The account of {account.UserName} is disabled. Enable it, or choose somebody else.");
        }

        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.ToAccount(time.GetUtcNow()).Groups);
        var template = templates.Find(desktop.Template) ?? await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken);
        var ofTemplate = template?.MaximumPerUser ?? int.MaxValue;
        if (!access.Allows(Permissions.DesktopsUse) || access.Limit(desktop.Template, ofTemplate) == 0)
        {
            return Refused("owner_not_entitled", $"{account.UserName} may not have desktops of the template '{template?.Title ?? desktop.Template}'. Give them an entitlement to it first.");
        }

        var share = new QuotaShare(account.Id, account.UserName, access, desktop.Template, template?.Title ?? desktop.Template, ofTemplate);
        var taken = await quotas.TakeAsync(share, cancellationToken);

        // Disabling the account at the same time writes it too: one of both commits comes second and reads again.
        return taken.Succeeded ? new NewOwner(account.Id, account.UserName, [accounts.Unchanged(account), taken.Value]) : taken.Problem!;
    }

    private static Problem Refused(string code, string message) => new(ProblemKind.Invalid, code, message) { Errors = [new FieldError("owner", message)] };
}
