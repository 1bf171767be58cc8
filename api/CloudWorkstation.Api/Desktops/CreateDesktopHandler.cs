using System.Text.Json;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Api.Desktops;

/// <summary>
/// Creates a desktop, once per Idempotency-Key. The desktop's id is part of the key's reservation, so a repetition finds what the first
/// request created, even when the process died between creating and answering.
/// </summary>
public sealed class CreateDesktopHandler(
    IDesktopService desktops, IOperationService operations, ITemplateCatalogue templates, TemplateScreens screens, AcceptedAnswers answers)
{
    public static Task<IResult> CreateAsync(
        JsonBody<CreateDesktopRequest> body, Caller caller, CreateDesktopHandler handler, IdempotentRequests idempotency, HttpContext http, CancellationToken cancellationToken) =>
        idempotency.RunAsync(http, caller.Actor, body.Raw, DesktopSecrets.NewId, new Creation(handler, caller.Actor, body.Value), cancellationToken);

    private async Task<Outcome<RememberedAnswer>> CreateAsync(Actor actor, CreateDesktopRequest request, string? reservedId, CancellationToken cancellationToken)
    {
        // Nobody waits for a desktop that could not be looked at. Who may not have it is told that, by the manager.
        if (templates.Find(request.Template) is { } template && actor.Access.Limit(template.Name, template.MaximumPerUser) > 0 && screens.Missing(template) is { } missing)
        {
            return missing;
        }

        var parameters = request.Parameters ?? new Dictionary<string, JsonElement>();
        var command = new CreateDesktop(request.Template, request.Name, parameters) { Id = reservedId };
        var outcome = await desktops.CreateAsync(actor, command, cancellationToken);
        return outcome.Succeeded ? Remember(outcome.Value) : outcome.Problem!;
    }

    private async Task<RememberedAnswer?> FindAsync(Actor actor, string reservedId, CancellationToken cancellationToken)
    {
        var desktop = await desktops.GetAsync(actor, reservedId, cancellationToken);
        if (!desktop.Succeeded)
        {
            return null;
        }

        return Remember(new AcceptedChange(desktop.Value, await CreationAsync(actor, desktop.Value.Desktop, cancellationToken)));
    }

    /// <summary>A desktop that was created a moment ago names the operation itself; the list of its operations may not show it yet.</summary>
    private async Task<Operation?> CreationAsync(Actor actor, Desktop desktop, CancellationToken cancellationToken)
    {
        if (desktop.ActiveOperation is { } active && await operations.GetAsync(actor, active, cancellationToken) is { Succeeded: true, Value: { Kind: OperationKind.Create } creation })
        {
            return creation;
        }

        var history = await operations.ListAsync(actor, new OperationFilter(desktop.Id, null, PageQuery.MaximumLimit, null), cancellationToken);
        return history.Succeeded ? history.Value.Items.LastOrDefault(o => o.Kind == OperationKind.Create) : null;
    }

    private RememberedAnswer Remember(AcceptedChange change)
    {
        var location = change.Operation is { } operation ? AcceptedAnswers.LocationOf(operation.Id) : null;
        return new RememberedAnswer(StatusCodes.Status202Accepted, location, JsonSerializer.SerializeToElement(answers.Of(change), ApiJson.Options));
    }

    private sealed class Creation(CreateDesktopHandler handler, Actor actor, CreateDesktopRequest request) : IIdempotentCreation
    {
        public Task<Outcome<RememberedAnswer>> CreateAsync(string? reservedId, CancellationToken cancellationToken) =>
            handler.CreateAsync(actor, request, reservedId, cancellationToken);

        public Task<RememberedAnswer?> FindAsync(string reservedId, CancellationToken cancellationToken) =>
            handler.FindAsync(actor, reservedId, cancellationToken);
    }
}
