using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Keys;

/// <summary>
/// The secret with which the product's own processes speak to each other: the setting <c>CWS_INTERNALKEY</c>, else the file that
/// <c>CWS_INTERNALKEYFILE</c> names, else <c>internal.key</c> in the data directory. Read when it is needed: another process may make the file later.
/// </summary>
public sealed class InternalKeyText(IConfiguration configuration, DataPaths paths)
{
    /// <summary>Null when there is none, or not yet.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var file = configuration["InternalKeyFile"] ?? Path.Combine(paths.Keys, "internal.key");
        var text = configuration["InternalKey"] ?? (File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : null);
        return text?.Trim() is { Length: > 0 } key ? key : null;
    }
}
