using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Configuration;

/// <inheritdoc />
internal sealed class ConfigurationFiles(
    ConfigurationReader reader,
    ConfigurationExport export,
    AccountPlanner accountPlanner,
    SettingsPlanner settingsPlanner,
    AccessPolicy policy,
    AccessEdits edits,
    IAccountService accounts,
    ITemplateCatalogue templates,
    IAuditLog audit) : IConfigurationFiles
{
    public async Task<Outcome<string>> ExportAsync(Actor actor, CancellationToken cancellationToken)
    {
        var exported = await export.WriteAsync(actor, cancellationToken);
        if (exported.Succeeded)
        {
            await audit.RecordAsync(actor, AuditActions.ConfigurationExport, "configuration/all", AuditResults.Accepted, detail: null, cancellationToken);
        }

        return exported;
    }

    public IReadOnlyList<ConfigurationProblem> Validate(string text) => ConfigurationCheck.Run(reader, text, new SecretsAssumed());

    public async Task<Outcome<ConfigurationResult>> ImportAsync(Actor actor, string text, ISecretSources secrets, ImportOptions options, CancellationToken cancellationToken)
    {
        var problems = new ConfigurationProblems();
        if (reader.Read(text, secrets, problems) is not { } file)
        {
            return Invalid(problems);
        }

        if (Refusal(actor, file) is { } forbidden)
        {
            return forbidden;
        }

        var now = await policy.ReloadAsync(cancellationToken);
        var access = new AccessPlan(now, file, options.Prune, problems);
        access.Check(file, templates, problems);
        var settings = await settingsPlanner.PlanAsync(file, problems, cancellationToken);
        var people = await accountPlanner.PlanAsync(actor, file, access.Rules, options.Prune, problems, cancellationToken);
        RefuseUntold(file, people, options, problems);
        if (problems.Any)
        {
            return Invalid(problems);
        }

        var plan = new Plan(now, access, settings, people);
        return options.DryRun ? new ConfigurationResult(false, plan.Changes, []) : await ApplyAsync(actor, plan, cancellationToken);
    }

    private static void RefuseUntold(ConfigurationFile file, IReadOnlyList<AccountStep> people, ImportOptions options, ConfigurationProblems problems)
    {
        foreach (var step in people.Where(s => !options.TellsPasswords && s is { Existing: null, Wanted.GeneratePassword: true }))
        {
            problems.Add($"accounts[{file.Accounts!.ToList().IndexOf(step.Wanted)}].generatePassword", "Nobody would be told the password of an account that is made at the start. Write passwordFile.");
        }
    }

    /// <summary>Every kind needs the permission that changing it by hand needs.</summary>
    private static Problem? Refusal(Actor actor, ConfigurationFile file) =>
        (file.Settings.Count == 0 || actor.May(Permissions.PlatformManage))
        && ((file.Entitlements ?? (object?)file.Roles ?? file.Groups) is null || actor.May(Permissions.AccessManage))
        && (file.Accounts is null || actor.May(Permissions.AccountsManage))
            ? null
            : AccountProblems.Forbidden;

    private static Problem Invalid(ConfigurationProblems problems) =>
        Problem.Invalid([.. problems.List.Select(p => new FieldError(p.Field, (p.Line > 0 ? $"Line {p.Line}: " : "") + p.Message))]);

    private async Task<Outcome<ConfigurationResult>> ApplyAsync(Actor actor, Plan plan, CancellationToken cancellationToken)
    {
        var done = 0;
        var passwords = new List<GeneratedPassword>();
        if (plan.Access.Changes is { Count: > 0 } rules)
        {
            var applied = await edits.ApplyAsync(actor, plan.Now, plan.Access.Rules, [.. rules.Select(c => new AccessEdit(c.Kind, c.Name))], cancellationToken);
            if (applied.Problem is { } problem)
            {
                return Stopped(problem, plan, done, passwords);
            }

            done += rules.Count;
        }

        foreach (var step in plan.Settings)
        {
            if ((await step.Part.ReplaceAsync(actor, step.Value, step.Version, cancellationToken)).Problem is { } problem)
            {
                return Stopped(problem, plan, done, passwords);
            }

            done++;
        }

        foreach (var step in plan.Accounts)
        {
            if (await ApplyAsync(actor, step, passwords, cancellationToken) is { } problem)
            {
                return Stopped(problem, plan, done, passwords);
            }

            done++;
        }

        return new ConfigurationResult(true, plan.Changes, passwords);
    }

    private async Task<Problem?> ApplyAsync(Actor actor, AccountStep step, List<GeneratedPassword> passwords, CancellationToken cancellationToken)
    {
        var wanted = step.Wanted;
        var id = step.Existing;
        if (id is null)
        {
            var request = new CreateAccount(wanted.UserName, wanted.DisplayName, wanted.Email, wanted.PasswordFile?.Reveal(), wanted.Roles) { Groups = wanted.Groups ?? [] };
            var created = await accounts.CreateAsync(actor, request, cancellationToken);
            if (created.Problem is { } refused)
            {
                return refused;
            }

            if (wanted.GeneratePassword && created.Value.GeneratedPassword is { } password)
            {
                passwords.Add(new GeneratedPassword(wanted.UserName, password));
            }

            id = wanted.Disabled ? created.Value.Account.Account.Id : null;
        }

        return id is null ? null : (await accounts.ChangeAsync(actor, id, ChangeTo(wanted), cancellationToken)).Problem;
    }

    private static ChangeAccount ChangeTo(ConfiguredAccount wanted) => new()
    {
        DisplayName = wanted.DisplayName ?? "",
        Email = wanted.Email ?? "",
        Roles = wanted.Roles,
        Groups = wanted.Groups ?? [],
        Disabled = wanted.Disabled,
    };

    /// <summary>Passwords that were made are told even so: nobody would ever learn them.</summary>
    private static Problem Stopped(Problem problem, Plan plan, int done, List<GeneratedPassword> passwords) => problem with
    {
        Detail = $"{problem.Detail} It stopped at {plan.Changes[done].Kind} '{plan.Changes[done].Name}': {done} of {plan.Changes.Count} changes are done. Import the file again to go on.",
        Extensions = new Dictionary<string, string>(problem.Extensions, StringComparer.Ordinal)
        {
            ["done"] = done.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["passwords"] = string.Join('\n', passwords.Select(p => $"{p.UserName}: {p.Password}")),
        },
    };

    private sealed record Plan(AccessRules Now, AccessPlan Access, IReadOnlyList<SettingsStep> Settings, IReadOnlyList<AccountStep> Accounts)
    {
        public IReadOnlyList<ConfigurationChange> Changes { get; } = [.. Access.Changes, .. Settings.Select(s => s.Change), .. Accounts.Select(a => a.Change)];
    }
}
