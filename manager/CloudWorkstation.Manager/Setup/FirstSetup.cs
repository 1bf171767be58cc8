using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Setup;

/// <inheritdoc />
internal sealed class FirstSetup(
    AccountService accounts,
    SetupCode code,
    IDocumentStore store,
    IOptions<FirstAdminOptions> options,
    IEnumerable<ISettingsPart> sections,
    IAccessPolicy policy,
    IDesktopService desktops,
    DataPaths paths,
    IAuditLog audit) : ISetup
{
    private const string Id = "progress";
    private const int Attempts = 5;
    private static readonly string[] States = ["open", "done", "skipped"];
    private static readonly Problem WrongCode = new(ProblemKind.Unauthenticated, "invalid_credentials", "This is not the set-up code, or its day is over. A restart of the api shows a new one.");
    private static readonly Problem Closed = new(ProblemKind.Conflict, "conflict", "This installation is set up already. Sign in.");
    private readonly Collection<Noted> progress = new(store, SetupDocuments.Definition, _ => Id);

    public async Task<bool> IsOpenAsync(CancellationToken cancellationToken) =>
        options.Value.IsByWizard && !await accounts.HasAccountsAsync(cancellationToken);

    public async Task<string?> PrepareAsync(CancellationToken cancellationToken) =>
        await IsOpenAsync(cancellationToken) ? await code.EnsureAsync(cancellationToken) : null;

    public async Task<Outcome<string>> ClaimAsync(ClaimSetup claim, string? address, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(cancellationToken))
        {
            return Closed;
        }

        var visitor = new Actor("setup", "setup", [], [], Address: address);
        if (await code.UseAsync(claim.Code, cancellationToken) is not { } use)
        {
            await audit.RecordAsync(visitor, AuditActions.SetupClaim, "setup/first-admin", AuditResults.Refused, "wrong code", cancellationToken);
            return WrongCode;
        }

        var entry = audit.Entry(visitor, AuditActions.SetupClaim, "setup/first-admin", AuditResults.Accepted);
        var request = new CreateAccount(claim.UserName, claim.DisplayName, claim.Email, claim.Password, AccountRoles.Admin);
        var created = await accounts.CreateFirstAsync(request, [use, entry], cancellationToken);
        if (created.Problem is { } problem)
        {
            return problem;
        }

        code.Forget();
        return created.Value.Id;
    }

    public async Task<Outcome<SetupProgress>> ReadAsync(Actor actor, CancellationToken cancellationToken) =>
        actor.May(Permissions.PlatformManage) ? await ProgressAsync(actor, cancellationToken) : AccountProblems.Forbidden;

    public async Task<Outcome<SetupProgress>> ChangeAsync(Actor actor, ChangeSetup change, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        List<FieldError> errors = [.. (change.Steps ?? new Dictionary<string, string>()).Where(s => !SetupSteps.All.Contains(s.Key, StringComparer.Ordinal) || !States.Contains(s.Value, StringComparer.Ordinal))
            .Select(s => new FieldError($"steps.{s.Key}", $"The steps are {string.Join(", ", SetupSteps.All)}; each is {string.Join(", ", States)}."))];
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryChangeAsync(actor, change, cancellationToken))
            {
                return await ProgressAsync(actor, cancellationToken);
            }
        }

        return AccountProblems.Busy;
    }

    private async Task<bool> TryChangeAsync(Actor actor, ChangeSetup change, CancellationToken cancellationToken)
    {
        var stored = await progress.GetAsync(Id, cancellationToken);
        var before = stored?.Value ?? new Noted(new Dictionary<string, string>(StringComparer.Ordinal), Dismissed: false);
        var steps = new Dictionary<string, string>(before.Steps, StringComparer.Ordinal);
        foreach (var (step, state) in change.Steps ?? new Dictionary<string, string>())
        {
            steps[step] = state;
        }

        var next = new Noted(steps, change.Dismissed ?? before.Dismissed);
        var entry = audit.Entry(actor, AuditActions.SetupChange, "setup/progress", AuditResults.Accepted, string.Join(", ", steps.Select(s => $"{s.Key}: {s.Value}")) + (next.Dismissed ? "; put away" : ""));
        return (await store.CommitAsync([stored is null ? progress.Add(next) : progress.Replace(next, stored.Version), entry], cancellationToken)).Committed;
    }

    private async Task<SetupProgress> ProgressAsync(Actor actor, CancellationToken cancellationToken)
    {
        var stored = await progress.GetAsync(Id, cancellationToken);
        var noted = stored?.Value ?? new Noted(new Dictionary<string, string>(StringComparer.Ordinal), Dismissed: false);
        var seen = await SeenAsync(actor, cancellationToken);
        List<SetupStep> steps = [.. SetupSteps.All.Select(name => new SetupStep(name, seen.Contains(name) ? "done" : noted.Steps.GetValueOrDefault(name, "open")))];
        return new SetupProgress(noted.Dismissed || steps.All(s => s.State != "open"), noted.Dismissed, steps, stored?.Version ?? 0);
    }

    /// <summary>What was done, whether or not the wizard was there.</summary>
    private async Task<HashSet<string>> SeenAsync(Actor actor, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in sections.Where(s => StepOf(s.Info.Name) is not null))
        {
            var view = await section.ReadAsync(cancellationToken);
            if (view.Fixed || view.Version > 0)
            {
                seen.Add(StepOf(section.Info.Name)!);
            }
        }

        // The password that was made at the start lies in a file as long as nobody has chosen another.
        Add(SetupSteps.Admin, !File.Exists(paths.FirstAdmin));
        Add(SetupSteps.Entitlement, (await policy.CurrentAsync(cancellationToken)).Revision > 1);
        Add(SetupSteps.Desktop, (await desktops.QuotaAsync(actor, cancellationToken)).Any(q => q.Used > 0));
        return seen;

        void Add(string step, bool done)
        {
            if (done)
            {
                seen.Add(step);
            }
        }
    }

    private static string? StepOf(string section) => section switch
    {
        "providers" => SetupSteps.Provider,
        "directories" => SetupSteps.Directory,
        "mail" => SetupSteps.Mail,
        _ => null,
    };

    private sealed record Noted(IReadOnlyDictionary<string, string> Steps, bool Dismissed);
}
