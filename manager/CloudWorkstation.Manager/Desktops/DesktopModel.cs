using System.Text.Json;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

public sealed record OwnerModel(string Id, string UserName);

/// <param name="Name">Template name.</param>
/// <param name="Title">As shown.</param>
/// <param name="Version">The version the desktop is pinned to.</param>
/// <param name="Outdated">Another version is on offer now.</param>
public sealed record TemplateModel(string Name, string Title, string Version, bool Outdated);

/// <summary>A desktop as clients see it, in answers and in events alike. No secret, no address.</summary>
public sealed record DesktopModel
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required OwnerModel Owner { get; init; }

    public required TemplateModel Template { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    public required DesktopStatus Status { get; init; }

    public required Power Power { get; init; }

    public string? ActiveOperation { get; init; }

    public Failure? Failure { get; init; }

    /// <value>Whether asking for a connection makes sense now.</value>
    public required bool Connectable { get; init; }

    public required IReadOnlyList<DesktopDetail> Details { get; init; }

    /// <value>What the cloud says of its machine; null where there is none.</value>
    public ObservedMachine? Observed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LastConnectedAt { get; init; }

    public DateTimeOffset? LastInputAt { get; init; }

    /// <value>Of a running desktop: its last use, which is input, opening it, starting or changing it. Not in events.</value>
    public DateTimeOffset? IdleSince { get; init; }

    /// <value>What the ETag is made of.</value>
    public required long Version { get; init; }
}

/// <summary>Makes the shapes that clients and the router see.</summary>
public sealed class DesktopModels(ITemplateCatalogue templates, ManagerOptions options)
{
    public DesktopModel Of(DesktopView view)
    {
        var desktop = view.Desktop;
        return new DesktopModel
        {
            Id = desktop.Id,
            Name = desktop.Name,
            Owner = new OwnerModel(desktop.Owner, desktop.OwnerName),
            Template = TemplateOf(desktop),
            Parameters = desktop.Parameters,
            Status = desktop.Status,
            Power = desktop.Power,
            ActiveOperation = desktop.ActiveOperation,
            Failure = desktop.Failure,
            Connectable = desktop.Status == DesktopStatus.Running && desktop.Connection is not null && desktop.Observed?.State is not (ObservedState.Stopped or ObservedState.Missing),
            Details = desktop.Details,
            Observed = desktop.Observed,
            CreatedAt = desktop.CreatedAt,
            UpdatedAt = desktop.UpdatedAt,
            LastConnectedAt = desktop.LastConnectedAt,
            LastInputAt = desktop.LastInputAt,
            IdleSince = view.IdleSince,
            Version = view.Version,
        };
    }

    public DesktopRoute Route(Desktop desktop) =>
        new(desktop.Id, desktop.Owner, desktop.Status.ToString().ToLowerInvariant(), desktop.Proxy ?? options.DesktopProxy);

    private TemplateModel TemplateOf(Desktop desktop)
    {
        var current = templates.Find(desktop.Template);
        var title = current?.Title ?? templates.FindVersion(desktop.Template, desktop.TemplateVersion)?.Title ?? desktop.Template;
        return new TemplateModel(desktop.Template, title, desktop.TemplateVersion, current is not null && current.Version != desktop.TemplateVersion);
    }
}
