namespace CloudWorkstation.Router.Maps;

/// <summary>What one map should hold, and which of its keys changed since that was last written down.</summary>
internal sealed class DesiredMap(string name)
{
    private readonly Dictionary<string, string> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    public string Name => name;

    public IReadOnlyDictionary<string, string> Entries => _entries;

    /// <value>Keys to tell HAProxy about.</value>
    public IReadOnlyCollection<string> Changed => _changed;

    /// <value>Whether the file is behind.</value>
    public bool Unwritten { get; private set; }

    public void Set(string key, string value)
    {
        if (!_entries.TryGetValue(key, out var old) || !string.Equals(old, value, StringComparison.Ordinal))
        {
            _entries[key] = value;
            Touch(key);
        }
    }

    public void Remove(string key)
    {
        if (_entries.Remove(key))
        {
            Touch(key);
        }
    }

    public void Replace(IReadOnlyDictionary<string, string> entries)
    {
        foreach (var gone in _entries.Keys.Where(k => !entries.ContainsKey(k)).ToList())
        {
            Remove(gone);
        }

        foreach (var (key, value) in entries)
        {
            Set(key, value);
        }
    }

    public void Written() => Unwritten = false;

    public void Told() => _changed.Clear();

    private void Touch(string key)
    {
        _changed.Add(key);
        Unwritten = true;
    }
}
