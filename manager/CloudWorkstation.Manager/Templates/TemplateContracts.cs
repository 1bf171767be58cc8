using System.Text.Json;

namespace CloudWorkstation.Manager.Templates;

public enum ParameterType
{
    String,
    Number,
    Boolean,
}

/// <summary>One question of the create form, and one variable of the Terraform module.</summary>
public sealed record TemplateParameter
{
    /// <value>A Terraform variable name: <c>[a-z][a-z0-9_]*</c>.</value>
    public required string Name { get; init; }

    public required ParameterType Type { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    /// <value>Allowed values; empty means free within the bounds.</value>
    public IReadOnlyList<JsonElement> Options { get; init; } = [];

    public JsonElement? Default { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public int? MaximumLength { get; init; }

    /// <value>A .NET regular expression that a string must match whole; compiled non-backtracking.</value>
    public string? Pattern { get; init; }

    /// <value>May be changed after creation.</value>
    public bool Mutable { get; init; }

    /// <value>US dollars an hour by option.</value>
    public IReadOnlyDictionary<string, decimal> HourlyCost { get; init; } = new Dictionary<string, decimal>();
}

/// <summary>A template at one version, valid.</summary>
public sealed record Template
{
    /// <value><c>[a-z0-9-]</c>, 1 to 40 characters; the directory's name.</value>
    public required string Name { get; init; }

    /// <value>SHA-256 of the content, hex.</value>
    public required string Version { get; init; }

    public required string Title { get; init; }

    public string Description { get; init; } = "";

    public string Icon { get; init; } = "desktop";

    /// <value><c>vnc</c>, <c>rdp</c> or <c>ssh</c>.</value>
    public required string Protocol { get; init; }

    /// <value>
    /// Whoever opens the desktop signs in there with an account of their own; the product has no password of it. Otherwise it is opened with the
    /// one that the manager made.
    /// </value>
    public bool PersonSignsIn { get; init; }

    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];

    public SessionPolicy Session { get; init; } = new();

    /// <value>Desktops of this template that one person may have.</value>
    public int MaximumPerUser { get; init; } = 5;

    /// <value>
    /// Resource addresses whose loss loses data (disks, homes), without count or for_each keys: only a plan that destroys or replaces one
    /// of them needs a confirmation. Empty means that every resource does.
    /// </value>
    public IReadOnlyList<string> Persistent { get; init; } = [];

    /// <summary>Whether losing the resource at <paramref name="address"/> (as a plan writes it) loses data.</summary>
    public bool IsPersistent(string address) =>
        Persistent.Count == 0
        || Persistent.Any(kept => address == kept
            || address.StartsWith(kept + "[", StringComparison.Ordinal)
            || address.StartsWith(kept + ".", StringComparison.Ordinal));

    /// <value>
    /// How many places the module knows for a desktop (zones, machine types): when the cloud has no room in one, the manager counts the
    /// module's variable <c>placement</c> up and tries the next. The default value is 1.
    /// </value>
    public int Placements { get; init; } = 1;

    /// <value>Minutes that a new machine may take until its screen answers; null for the installation's own patience.</value>
    public int? ReadyMinutes { get; init; }

    /// <value>An immutable copy of the template's files at this version.</value>
    public required string Directory { get; init; }

    public DateTimeOffset LoadedAt { get; init; }
}

/// <summary>A template as it stands in the templates directory: valid, or with everything that is wrong with it.</summary>
/// <param name="Name">Directory name.</param>
/// <param name="Template">Null when there are problems.</param>
/// <param name="Problems">Each with file, line where known, rule and fix.</param>
public sealed record TemplateEntry(string Name, Template? Template, IReadOnlyList<string> Problems);

/// <summary>The templates on offer, and every version that a desktop is pinned to.</summary>
public interface ITemplateCatalogue
{
    /// <summary>After <see cref="Entries"/> has become another list than before.</summary>
    event EventHandler? Changed;

    /// <summary>Current state of the templates directory, by name; reloaded when files change.</summary>
    IReadOnlyList<TemplateEntry> Entries { get; }

    /// <summary>The version on offer now; null when unknown or broken.</summary>
    Template? Find(string name);

    /// <summary>A version kept for the desktops pinned to it; null when it was never loaded here.</summary>
    Template? FindVersion(string name, string version);

    /// <summary>
    /// The version with its files on this machine; they come from the store where another process kept them. Null when nobody did. Whoever
    /// needs a pinned desktop's version asks here first: <see cref="FindVersion"/> then finds it.
    /// </summary>
    ValueTask<Template?> ObtainAsync(string name, string version, CancellationToken cancellationToken) => new(FindVersion(name, version));

    /// <summary>Puts the version's files where every process and any later machine finds them. Before a desktop is pinned to it.</summary>
    Task PinAsync(Template template, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All known versions, newest first.</summary>
    IReadOnlyList<Template> Versions(string name);

    /// <summary>Reads the directory again now.</summary>
    Task ReloadAsync(CancellationToken cancellationToken);
}

/// <summary>Checks parameter values; the same rules the form is generated from.</summary>
public interface IParameterValidator
{
    /// <summary>
    /// Fills defaults in and checks every value, collecting every error (field <c>parameters.NAME</c>). With
    /// <paramref name="current"/> only mutable parameters may differ from it.
    /// </summary>
    Outcome<IReadOnlyDictionary<string, JsonElement>> Validate(
        Template template,
        IReadOnlyDictionary<string, JsonElement> values,
        IReadOnlyDictionary<string, JsonElement>? current);
}
