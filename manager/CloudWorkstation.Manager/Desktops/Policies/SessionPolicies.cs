using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Policies;

/// <inheritdoc />
internal sealed class SessionPolicies(ITemplateCatalogue templates, ISettings<SessionPoliciesSettings> settings, AccountUserStore accounts, DesktopReader reader) : ISessionPolicies
{
    private static readonly PolicySource UnknownOwner = new("group", "The owner's account is not found");

    public async ValueTask<SessionPolicy> EffectiveAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        var template = await OfTemplateAsync(desktop, cancellationToken);
        return (await OfOwnerAsync(desktop, cancellationToken)).Select(p => p.Policy).Aggregate(template, SessionRules.Narrow);
    }

    public async ValueTask<int?> IdleStopMinutesAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        var minutes = (await OfTemplateAsync(desktop, cancellationToken)).IdleStopMinutes;
        return (await settings.CurrentAsync(cancellationToken)).Policies.Any(p => p.IdleStopMinutes is { } less && (minutes is null || less < minutes))
            ? (await EffectiveAsync(desktop, cancellationToken)).IdleStopMinutes
            : minutes;
    }

    public async Task<Outcome<ExplainedPolicy>> ExplainAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { Value: var desktop })
        {
            return Problem.NotFound("desktop", id);
        }

        var template = await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken);
        var policies = await OfOwnerAsync(desktop, cancellationToken);
        return PolicyReasons.Of(
        [
            (new PolicySource("template", template?.Title ?? desktop.Template), template?.Session ?? SessionPolicy.Nothing),
            .. policies,
        ]);
    }

    private async ValueTask<SessionPolicy> OfTemplateAsync(Desktop desktop, CancellationToken cancellationToken) =>
        (await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken))?.Session ?? SessionPolicy.Nothing;

    private async ValueTask<IReadOnlyList<(PolicySource Source, SessionPolicy Policy)>> OfOwnerAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        var policies = (await settings.CurrentAsync(cancellationToken)).Policies;
        if (policies.Count == 0)
        {
            return [];
        }

        // Nobody can say which policies count: then nothing is allowed that one of them might forbid.
        return await accounts.FindByIdAsync(desktop.Owner, cancellationToken) is { } owner
            ? [.. policies.Where(p => p.CountsFor(owner.AllGroups)).Select(p => (new PolicySource("group", p.Name), p.ToPolicy()))]
            : [(UnknownOwner, SessionPolicy.Nothing)];
    }
}
