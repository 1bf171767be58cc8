using CloudWorkstation.Manager.Access.Rules;
using System.Text.Json;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Accepts a new desktop: everything that is wrong with the request at once, or one commit and a job.</summary>
internal sealed class DesktopCreator(
    ITemplateCatalogue templates,
    IParameterValidator validator,
    Quotas quotas,
    SecretProtector secrets,
    OperationStarter starter,
    Changes changes,
    IAuditLog audit,
    IJobQueue queue,
    ManagerOptions options,
    TimeProvider time)
{
    private const int MostTries = 50;

    public async Task<Outcome<AcceptedChange>> CreateAsync(Actor actor, CreateDesktop request, CancellationToken cancellationToken)
    {
        var template = templates.Find(request.Template) is { } found && actor.Access.Limit(found.Name, found.MaximumPerUser) > 0 ? found : null;
        if (!actor.May(Permissions.DesktopsUse))
        {
            return AccountProblems.Forbidden;
        }

        if (Check(actor, request, template, out var name, out var parameters) is { } problem)
        {
            return problem;
        }

        await templates.PinAsync(template!, cancellationToken);

        // Each lap reads the counter again: a lap is lost only to another change of the same person's counter.
        for (var i = 0; i < MostTries; i++)
        {
            var taken = await quotas.TakeAsync(actor, template!, cancellationToken);
            if (!taken.Succeeded)
            {
                await audit.RecordAsync(actor, AuditActions.DesktopCreate, $"template/{template!.Name}", AuditResults.Refused, taken.Problem!.Detail, cancellationToken);
                return taken.Problem;
            }

            var (desktop, operation) = starter.Create(New(actor, template!, name, parameters!, request.Id), actor);
            var set = changes.Begin().Write(taken.Value).Add(desktop).Add(operation)
                .Audit(actor, AuditActions.DesktopCreate, $"desktop/{desktop.Id}", AuditResults.Accepted, AuditChange.Created(Told.Of(desktop)), template!.Name);
            if ((await set.CommitAsync(cancellationToken)).Committed)
            {
                await queue.EnqueueAsync(operation, CancellationToken.None);
                return new AcceptedChange(new DesktopView(desktop, 1), operation);
            }
        }

        return DesktopProblems.Busy;
    }

    private Problem? Check(Actor actor, CreateDesktop request, Template? template, out string name, out IReadOnlyDictionary<string, JsonElement>? parameters)
    {
        parameters = null;
        var errors = new List<FieldError>();
        if (!DesktopNames.TryClean(request.Name, out name, out var wrongName))
        {
            errors.Add(new FieldError("name", wrongName));
        }

        if (template is null)
        {
            return UnknownTemplate(actor, request.Template, errors);
        }

        var validated = validator.Validate(template, request.Parameters ?? new Dictionary<string, JsonElement>(), current: null);
        if (validated.Succeeded)
        {
            parameters = validated.Value;
        }
        else
        {
            errors.AddRange(validated.Problem!.Errors);
        }

        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    private Problem UnknownTemplate(Actor actor, string? asked, List<FieldError> errors)
    {
        var broken = templates.Entries.Any(e => e.Name == asked && e.Template is null);
        var shown = asked is { Length: <= 40 } ? $" '{asked}'" : "";
        var error = broken
            ? new FieldError("template", $"The template{shown} is broken at the moment. Ask an administrator to look at it, or pick another.")
            : new FieldError("template", $"There is no template{shown}. Pick one of: {string.Join(", ", Usable(actor))}.");
        return new Problem(ProblemKind.Invalid, broken ? "template_broken" : "template_not_found", error.Message) { Errors = [error, .. errors] };
    }

    private IEnumerable<string> Usable(Actor actor) =>
        templates.Entries.Select(e => e.Template).OfType<Template>().Where(t => actor.Access.Limit(t.Name, t.MaximumPerUser) > 0).Select(t => t.Name);

    private Desktop New(Actor actor, Template template, string name, IReadOnlyDictionary<string, JsonElement> parameters, string? reservedId)
    {
        var id = reservedId ?? DesktopSecrets.NewId();
        var now = time.GetUtcNow();
        return new Desktop
        {
            Id = id,
            Name = name,
            Owner = actor.AccountId,
            OwnerName = actor.UserName,
            Template = template.Name,
            TemplateVersion = template.Version,
            Parameters = parameters,
            Status = DesktopStatus.Pending,
            Power = Power.On,
            ProtectedSecret = secrets.Protect(DesktopSecrets.NewPassword(), id),
            State = DesktopState.New(id, options),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
