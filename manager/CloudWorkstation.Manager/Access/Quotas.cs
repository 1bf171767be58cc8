using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Access;

/// <summary>How many desktops one person has, by template: one document, so that both limits are held by one condition.</summary>
public sealed record QuotaDocument(string Owner, IReadOnlyDictionary<string, int> Counts)
{
    public int Total => Counts.Values.Sum();

    public int Of(string template) => Counts.GetValueOrDefault(template);

    public QuotaDocument With(string template, int change)
    {
        var counts = new SortedDictionary<string, int>(Counts.ToDictionary(), StringComparer.Ordinal);
        counts[template] = Math.Max(0, Of(template) + change);
        return this with { Counts = counts.Where(c => c.Value > 0).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal) };
    }
}

/// <summary>One desktop more for somebody.</summary>
/// <param name="Account">Account id.</param>
/// <param name="UserName">To speak of them in a refusal; null where it is they who ask.</param>
/// <param name="Access">What they may do.</param>
/// <param name="Template">Template name.</param>
/// <param name="TemplateTitle">As shown.</param>
/// <param name="MaximumPerUser">What the template itself allows each person.</param>
internal sealed record QuotaShare(string Account, string? UserName, EffectiveAccess Access, string Template, string TemplateTitle, int MaximumPerUser);

/// <summary>
/// The counters that bound how many desktops a person has. Taking and giving back are writes for the same commit as the desktop's own, so
/// the counter always equals the number of desktops and no race can overshoot.
/// </summary>
internal sealed class Quotas(IDocumentStore store, ITemplateCatalogue templates, ManagerOptions options)
{
    private readonly Collection<QuotaDocument> counters = new(store, Definition, q => q.Owner);

    public static CollectionDefinition Definition { get; } = new("quotas");

    /// <summary>The write that counts one more desktop, or why the person may not have it.</summary>
    public Task<Outcome<DocumentWrite>> TakeAsync(Actor owner, Template template, CancellationToken cancellationToken) =>
        TakeAsync(new QuotaShare(owner.AccountId, UserName: null, owner.Access, template.Name, template.Title, template.MaximumPerUser), cancellationToken);

    /// <inheritdoc cref="TakeAsync(Actor, Template, CancellationToken)"/>
    public async Task<Outcome<DocumentWrite>> TakeAsync(QuotaShare share, CancellationToken cancellationToken)
    {
        var current = await counters.GetAsync(share.Account, cancellationToken);
        var counter = current?.Value ?? new QuotaDocument(share.Account, new Dictionary<string, int>());
        var who = share.UserName is { } name ? $"{name} has" : "You have";
        var ofTemplate = counter.Of(share.Template);
        var limit = share.Access.Limit(share.Template, share.MaximumPerUser);
        if (ofTemplate >= limit)
        {
            return Exceeded($"{who} {ofTemplate} of {limit} desktops of the template '{share.TemplateTitle}'. Delete one first.");
        }

        if (counter.Total >= options.Quota.PerUser)
        {
            return Exceeded($"{who} {counter.Total} of {options.Quota.PerUser} desktops. Delete one first.");
        }

        return Put(current, counter.With(share.Template, +1));
    }

    /// <summary>The write that counts one desktop less; null when nothing was counted.</summary>
    public async Task<DocumentWrite?> GiveBackAsync(string owner, string template, CancellationToken cancellationToken)
    {
        var current = await counters.GetAsync(owner, cancellationToken);
        return current is null ? null : Put(current, current.Value.With(template, -1));
    }

    public async Task<IReadOnlyList<QuotaUse>> UseAsync(Actor owner, CancellationToken cancellationToken)
    {
        var counter = (await counters.GetAsync(owner.AccountId, cancellationToken))?.Value ?? new QuotaDocument(owner.AccountId, new Dictionary<string, int>());
        var free = Math.Max(0, options.Quota.PerUser - counter.Total);
        return
        [
            .. templates.Entries.Select(e => e.Template).OfType<Template>()
                .Select(t => (t.Name, Limit: owner.Access.Limit(t.Name, t.MaximumPerUser), Used: counter.Of(t.Name)))
                .Where(t => t.Limit > 0 || t.Used > 0)
                .Select(t => new QuotaUse(t.Name, t.Used, Math.Min(t.Limit, t.Used + free))),
        ];
    }

    private static Problem Exceeded(string detail) => new(ProblemKind.Exhausted, "quota_exceeded", detail);

    private DocumentWrite Put(Versioned<QuotaDocument>? current, QuotaDocument next) =>
        current is null ? counters.Add(next) : counters.Replace(next, current.Version);
}
