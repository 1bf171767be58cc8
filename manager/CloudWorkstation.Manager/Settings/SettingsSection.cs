using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Settings;

/// <summary>One document per section, its secrets sealed, unless the operator's configuration has the section.</summary>
/// <param name="name">The section.</param>
/// <param name="check">Every rule that a value breaks.</param>
internal sealed class SettingsSection<T>(
    string name,
    Func<T, IReadOnlyList<FieldError>> check,
    IDocumentStore store,
    SettingsJson json,
    IConfiguration configuration,
    IAuditLog audit,
    TimeProvider time) : ISettings<T>
    where T : class, new()
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(1);
    private static readonly Problem Stale = new(ProblemKind.Stale, "stale", "The settings were changed since you read them. Read them again and repeat the change.");
    private readonly Collection<SettingsDocument> documents = new(store, SettingsDocument.Definition, d => d.Section);
    private readonly T? given = Given(name, check, configuration);
    private volatile Known? known;

    private Problem Fixed => new(
        ProblemKind.Conflict, "settings_fixed", $"The operator's configuration sets '{name}' (CWS_SETTINGS__{name.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal)}__…), so it cannot be changed here.");

    public ValueTask<T> CurrentAsync(CancellationToken cancellationToken) =>
        given is not null ? ValueTask.FromResult(given)
        : known is { } last && time.GetElapsedTime(last.CheckedAt) < Trusted ? ValueTask.FromResult(last.View.Value)
        : new(RefreshAsync(cancellationToken));

    public async Task<SettingsView<T>> ReadAsync(CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            return new SettingsView<T>(given, 0, Fixed: true);
        }

        var asked = time.GetTimestamp();
        var found = await documents.GetAsync(name, cancellationToken);
        var view = found is null ? new SettingsView<T>(new T(), 0, Fixed: false)
            : known?.View is { } same && same.Version == found.Version ? same
            : new SettingsView<T>(json.Open<T>(name, found.Value.Value), found.Version, Fixed: false);
        known = new Known(view, asked);
        return view;
    }

    public async Task<Outcome<SettingsView<T>>> ReplaceAsync(Actor actor, T value, long? ifVersion, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        if (given is not null)
        {
            return Fixed;
        }

        var before = await documents.GetAsync(name, cancellationToken);
        if (ifVersion is { } version && version != (before?.Version ?? 0))
        {
            return Stale;
        }

        if (SecretDestinations.Moved(value, Opened(before?.Value.Value)) is { Count: > 0 } moved)
        {
            return Problem.Invalid(moved);
        }

        var next = json.Seal(name, value, before?.Value.Value);
        return check(json.Open<T>(name, next)) is { Count: > 0 } errors ? Problem.Invalid(errors) : await StoreAsync(actor, next, before, cancellationToken);
    }

    private async Task<Outcome<SettingsView<T>>> StoreAsync(Actor actor, JsonNode next, Versioned<SettingsDocument>? before, CancellationToken cancellationToken)
    {
        var document = new SettingsDocument(name, next);
        var write = before is null ? documents.Add(document) : documents.Replace(document, before.Version);
        var change = AuditChange.Between(Opened(before?.Value.Value) ?? new T(), json.Open<T>(name, next));
        var entry = audit.Entry(actor, AuditActions.SettingsChange, $"settings/{name}", AuditResults.Accepted, change);
        return (await store.CommitAsync([write, entry], cancellationToken)).Committed ? await ReadAsync(cancellationToken) : Stale;
    }

    private T? Opened(JsonNode? stored) => stored is null ? null : json.Open<T>(name, stored);

    private async Task<T> RefreshAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Value;

    /// <exception cref="InvalidOperationException">What the operator wrote breaks a rule: the process must not start with half of it.</exception>
    private static T? Given(string name, Func<T, IReadOnlyList<FieldError>> check, IConfiguration configuration)
    {
        var section = configuration.GetSection("Settings:" + name.Replace("-", "", StringComparison.Ordinal));
        if (!section.Exists())
        {
            return null;
        }

        var value = section.Get<T>(o => o.ErrorOnUnknownConfiguration = true) ?? new T();
        return check(value) is { Count: > 0 } errors
            ? throw new InvalidOperationException($"The configuration's settings '{name}' cannot be used: {string.Join(" ", errors.Select(e => $"{e.Field}: {e.Message}"))}")
            : value;
    }

    private sealed record Known(SettingsView<T> View, long CheckedAt);
}

/// <summary>A section as stored; its secrets are sealed inside.</summary>
internal sealed record SettingsDocument(string Section, JsonNode Value)
{
    public static CollectionDefinition Definition { get; } = new("settings");
}
