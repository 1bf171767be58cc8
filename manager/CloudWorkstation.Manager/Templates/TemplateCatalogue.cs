using System.Collections.Immutable;
using CloudWorkstation.Manager.Templates.Versions;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Templates;

/// <inheritdoc cref="ITemplateCatalogue" />
internal sealed class TemplateCatalogue : ITemplateCatalogue, IDisposable
{
    private readonly string source;
    private readonly TemplateLoader loader;
    private readonly ILogger<TemplateCatalogue> logger;
    private readonly SemaphoreSlim loading = new(1);
    private readonly Lazy<State> first;
    private readonly TemplateVersionStore store;
    private readonly VersionArchive? archive;
    private volatile State? current;

    /// <param name="source">The templates directory.</param>
    /// <param name="data">Where versions are kept.</param>
    /// <param name="time">For the time of loading.</param>
    /// <param name="logger">Told about problems.</param>
    /// <param name="platform">A template that needs them is in order only where they are.</param>
    /// <param name="archive">Where versions outlive this machine; null for nowhere.</param>
    public TemplateCatalogue(
        string source, DataPaths data, TimeProvider time, ILogger<TemplateCatalogue> logger, PlatformFacts? platform = null, VersionArchive? archive = null)
    {
        this.archive = archive;
        this.source = Path.GetFullPath(source);
        this.logger = logger;
        store = new(Path.GetFullPath(data.TemplateVersions));
        loader = new(store, platform ?? PlatformFacts.None, time);
        first = new(() => Load(KeptVersions()));
    }

    public event EventHandler? Changed;

    public IReadOnlyList<TemplateEntry> Entries => Current.Entries;

    /// <value>Everything whose change can change a template.</value>
    internal IReadOnlyCollection<string> WatchedDirectories => [source, .. Current.Linked];

    private State Current => current ?? first.Value;

    public Template? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name)?.Template;

    public Template? FindVersion(string name, string version) => Current.Versions.GetValueOrDefault((name, version));

    public async ValueTask<Template?> ObtainAsync(string name, string version, CancellationToken cancellationToken)
    {
        var known = FindVersion(name, version);
        if (archive is null || (known is not null && Directory.Exists(known.Directory)))
            return known;
        if (await archive.FetchAsync(name, version, cancellationToken) is not { } fetched)
            return null;
        var kept = store.Adopt(fetched.Template, fetched.Content);
        await AddAsync([kept], replace: true, cancellationToken);
        logger.LogInformation("Template version {Template} {Version} was taken from the store.", name, version);
        return kept;
    }

    public Task PinAsync(Template template, CancellationToken cancellationToken) => archive?.StoreAsync(template, cancellationToken) ?? Task.CompletedTask;

    public IReadOnlyList<Template> Versions(string name) =>
        [.. Current.Versions.Values.Where(template => template.Name == name).OrderByDescending(template => template.LoadedAt).ThenBy(template => template.Version)];

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        bool changed;
        try
        {
            var before = Current;
            var after = await Task.Run(() => Load(before.Versions), cancellationToken);
            changed = !before.Entries.SequenceEqual(after.Entries, SameEntry.Instance);
            current = after;
        }
        finally
        {
            loading.Release();
        }

        if (changed)
            Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Takes up what stored versions say of themselves; their files come when they are needed.</summary>
    internal async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (archive is null)
            return;
        var stored = await archive.ListAsync(cancellationToken);
        await AddAsync([.. stored.Select(template => template with { Directory = store.DirectoryOf(template.Name, template.Version) })], replace: false, cancellationToken);
    }

    public void Dispose() => loading.Dispose();

    private async Task AddAsync(IReadOnlyList<Template> templates, bool replace, CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        try
        {
            var versions = Current.Versions;
            foreach (var template in templates.Where(template => replace || !versions.ContainsKey((template.Name, template.Version))))
                versions = versions.SetItem((template.Name, template.Version), template);
            current = Current with { Versions = versions };
        }
        finally
        {
            loading.Release();
        }
    }

    private State Load(ImmutableDictionary<(string Name, string Version), Template> versions)
    {
        List<TemplateEntry> entries = [];
        HashSet<string> linked = new(StringComparer.Ordinal);
        foreach (var directory in Directories())
        {
            var (entry, links) = loader.Load(directory);
            entries.Add(entry);
            linked.UnionWith(links);
            if (entry.Template is { } template)
                versions = versions.SetItem((template.Name, template.Version), template);
            foreach (var problem in entry.Problems)
                logger.LogWarning("Template {Template} is not offered: {Problem}", entry.Name, problem);
        }

        return new(entries, versions, linked);
    }

    private IEnumerable<string> Directories()
    {
        if (Directory.Exists(source))
            return Directory.EnumerateDirectories(source).Where(directory => Path.GetFileName(directory)[0] != '.').Order(StringComparer.Ordinal);
        logger.LogError("The templates directory {Directory} does not exist; set CWS_TEMPLATES.", source);
        return [];
    }

    private ImmutableDictionary<(string Name, string Version), Template> KeptVersions() =>
        store.LoadAll(path => logger.LogError("The kept template version {Path} cannot be read; desktops pinned to it cannot be changed.", path))
            .ToImmutableDictionary(template => (template.Name, template.Version));

    private sealed record State(
        IReadOnlyList<TemplateEntry> Entries,
        ImmutableDictionary<(string Name, string Version), Template> Versions,
        IReadOnlyCollection<string> Linked);

    private sealed class SameEntry : IEqualityComparer<TemplateEntry>
    {
        public static SameEntry Instance { get; } = new();

        public bool Equals(TemplateEntry? x, TemplateEntry? y) =>
            x?.Name == y?.Name && x?.Template?.Version == y?.Template?.Version && (x?.Problems ?? []).SequenceEqual(y?.Problems ?? [], StringComparer.Ordinal);

        public int GetHashCode(TemplateEntry obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
