using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>An account that a file makes or changes.</summary>
/// <param name="Existing">Its id; null for a new one.</param>
internal sealed record AccountStep(ConfiguredAccount Wanted, string? Existing, ConfigurationChange Change, int AdminsMore);

/// <summary>The accounts as a file wants them, compared with those there are.</summary>
internal sealed class AccountPlanner(AccountUserStore accounts, AccountManager manager, AdminGuard admins)
{
    private const int Page = 200;

    // Nobody ever gets this one: it only stands for a good password where a file gives none.
    private const string SomePassword = "a stand-in that the policy takes 7";

    public async Task<IReadOnlyList<AccountStep>> PlanAsync(
        Actor actor, ConfigurationFile file, AccessRules rules, bool prune, ConfigurationProblems problems, CancellationToken cancellationToken)
    {
        var steps = new List<AccountStep>();
        foreach (var (wanted, index) in (file.Accounts ?? []).Select((a, i) => (a, i)))
        {
            var path = $"accounts[{index}]";
            problems.AddAll(path, AccountFields.Check(wanted.DisplayName, wanted.Email, wanted.Roles, wanted.Groups, rules));
            if (await StepAsync(wanted, rules, problems.LineOf(path), cancellationToken) is { } step)
            {
                steps.Add(step);
                await CheckAsync(actor, step, path, rules, problems);
            }
        }

        if (prune && file.Accounts is not null)
        {
            steps.AddRange(await SurplusAsync(file.Accounts, cancellationToken));
        }

        await RefuseLastAdminAsync(steps, problems, cancellationToken);

        // Whoever becomes an administrator does before another one ceases to be one.
        return [.. steps.OrderByDescending(s => s.AdminsMore)];
    }

    private async Task<AccountStep?> StepAsync(ConfiguredAccount wanted, AccessRules rules, long line, CancellationToken cancellationToken)
    {
        var found = await accounts.FindByNameAsync(UserNames.Normalize(wanted.UserName), cancellationToken);
        var isAdmin = !wanted.Disabled && wanted.Roles.Contains(AccountRoles.AdminRole, StringComparer.Ordinal);
        var fields = found is null ? [] : Differences(found, wanted, rules);
        return found is not null && fields.Count == 0
            ? null
            : new AccountStep(
                wanted,
                found?.Id,
                new ConfigurationChange("account", wanted.UserName, found is null ? "add" : "change", fields, line),
                (isAdmin ? 1 : 0) - (found?.IsEnabledAdmin == true ? 1 : 0));
    }

    private static List<string> Differences(AccountRecord found, ConfiguredAccount wanted, AccessRules rules)
    {
        var fields = new List<string>();
        Note("displayName", found.DisplayName == AccountFields.Clean(wanted.DisplayName));
        Note("email", found.Email == AccountFields.Clean(wanted.Email));
        Note("roles", AccountRoles.Normalize(wanted.Roles, rules)?.SequenceEqual(found.Roles, StringComparer.Ordinal) != false);
        Note("groups", AccountFields.Distinct(wanted.Groups).SequenceEqual(AccountFields.Distinct(found.Groups), StringComparer.Ordinal));
        Note("disabled", found.Disabled == wanted.Disabled);
        return fields;

        void Note(string field, bool same)
        {
            if (!same)
            {
                fields.Add(field);
            }
        }
    }

    private async Task CheckAsync(Actor actor, AccountStep step, string path, AccessRules rules, ConfigurationProblems problems)
    {
        var given = step.Wanted.PasswordFile?.Reveal();
        if (step.Existing is null && await manager.ValidateAsync(new AccountRecord { Id = "new", UserName = step.Wanted.UserName }, given ?? SomePassword) is { Succeeded: false } refused)
        {
            problems.AddAll(path, refused.Errors.Select(e => new FieldError(e.Code == "userName" ? "userName" : "passwordFile", e.Description)));
        }

        if (rules.Of(step.Wanted.Roles, step.Wanted.Groups ?? []).Permissions.Any(p => !actor.May(p)))
        {
            problems.Add(path + ".roles", AccountProblems.Beyond.Detail);
        }
    }

    /// <summary>Local accounts that the file does not name. Those from outside come and go with their provider.</summary>
    private async Task<List<AccountStep>> SurplusAsync(IReadOnlyList<ConfiguredAccount> named, CancellationToken cancellationToken)
    {
        var names = named.Select(a => UserNames.Normalize(a.UserName)).ToHashSet(StringComparer.Ordinal);
        var surplus = new List<AccountStep>();
        string? cursor = null;
        do
        {
            (var page, cursor) = await accounts.PageAsync(Page, cursor, cancellationToken);
            surplus.AddRange(page.Where(a => !a.Disabled && (a.Identities.Count == 0 || a.PasswordHash is not null) && !names.Contains(a.NormalizedUserName)).Select(a => new AccountStep(
                new ConfiguredAccount { UserName = a.UserName, DisplayName = a.DisplayName, Email = a.Email, Roles = a.Roles, Groups = a.Groups, Disabled = true },
                a.Id,
                new ConfigurationChange("account", a.UserName, "remove", ["disabled"], 0),
                a.IsEnabledAdmin ? -1 : 0)));
        }
        while (cursor is not null);
        return surplus;
    }

    private async Task RefuseLastAdminAsync(List<AccountStep> steps, ConfigurationProblems problems, CancellationToken cancellationToken)
    {
        var change = steps.Sum(s => s.AdminsMore);
        if (change < 0 && await admins.CountAsync(cancellationToken) + change < 1)
        {
            problems.Add("accounts", $"No enabled administrator would be left: {string.Join(", ", steps.Where(s => s.AdminsMore < 0).Select(s => s.Wanted.UserName).Take(5))} would cease to be one.");
        }
    }
}
