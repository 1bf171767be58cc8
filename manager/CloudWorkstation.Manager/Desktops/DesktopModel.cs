using System.Text.Json;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Whose desktop it is.</summary>
/// <param name="Id">Account id.</param>
/// <param name="UserName">As shown.</param>
public sealed record DesktopOwner(string Id, string UserName);

/// <summary>The template version a desktop is pinned to.</summary>
/// <param name="Name">Template name.</param>
/// <param name="Title">As shown; the name where the version is no longer known here.</param>
/// <param name="Version">SHA-256 of the template's content.</param>
/// <param name="Outdated">Another version is on offer now.</param>
public sealed record DesktopTemplate(string Name, string Title, string Version, bool Outdated);

/// <summary>A desktop as the api and the events show it: no secret, no address.</summary>
public sealed record DesktopModel
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required DesktopOwner Owner { get; init; }

    public required DesktopTemplate Template { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    public required DesktopStatus Status { get; init; }

    /// <value>What it should be once no operation is under way.</value>
    public required Power Power { get; init; }

    public string? ActiveOperation { get; init; }

    public Failure? Failure { get; init; }

    /// <value>A connection may be asked for now.</value>
    public required bool Connectable { get; init; }

    public required IReadOnlyList<DesktopDetail> Details { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LastConnectedAt { get; init; }

    public DateTimeOffset? LastInputAt { get; init; }

    /// <value>What the ETag is made of.</value>
    public required long Version { get; init; }

    public static DesktopModel From(DesktopView view, ITemplateCatalogue catalogue)
    {
        var desktop = view.Desktop;
        var offered = catalogue.Find(desktop.Template);
        var outdated = offered is not null && !string.Equals(offered.Version, desktop.TemplateVersion, StringComparison.Ordinal);
        var pinned = outdated || offered is null ? catalogue.FindVersion(desktop.Template, desktop.TemplateVersion) : offered;
        return new DesktopModel
        {
            Id = desktop.Id,
            Name = desktop.Name,
            Owner = new DesktopOwner(desktop.Owner, desktop.OwnerName),
            Template = new DesktopTemplate(desktop.Template, (pinned ?? offered)?.Title ?? desktop.Template, desktop.TemplateVersion, outdated),
            Parameters = desktop.Parameters,
            Status = desktop.Status,
            Power = desktop.Power,
            ActiveOperation = desktop.ActiveOperation,
            Failure = desktop.Failure,
            Connectable = desktop.Status == DesktopStatus.Running && desktop.Connection is not null,
            Details = desktop.Details,
            CreatedAt = desktop.CreatedAt,
            UpdatedAt = desktop.UpdatedAt,
            LastConnectedAt = desktop.LastConnectedAt,
            LastInputAt = desktop.LastInputAt,
            Version = view.Version,
        };
    }
}
