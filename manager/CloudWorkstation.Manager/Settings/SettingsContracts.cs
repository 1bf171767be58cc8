namespace CloudWorkstation.Manager.Settings;

/// <summary>A section's value as it is now.</summary>
/// <param name="Value">The settings.</param>
/// <param name="Version">0 when nobody has ever set it, or the operator has.</param>
/// <param name="Fixed">The operator's configuration says it, so it cannot be changed at run time.</param>
public sealed record SettingsView<T>(T Value, long Version, bool Fixed);

/// <summary>One section of what an administrator may set at run time, or an operator once and for all (<c>CWS_SETTINGS__SECTION__…</c>).</summary>
public interface ISettings<T>
    where T : class, new()
{
    /// <summary>At most a second old; the defaults when nobody has set anything.</summary>
    ValueTask<T> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>As stored at this moment.</summary>
    Task<SettingsView<T>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the whole section. Needs <c>platform.manage</c>; refuses what breaks a rule, what the operator has fixed, and what is built
    /// on an older version than <paramref name="ifVersion"/>.
    /// </summary>
    Task<Outcome<SettingsView<T>>> ReplaceAsync(Actor actor, T value, long? ifVersion, CancellationToken cancellationToken);
}

/// <summary>What there is to set.</summary>
/// <param name="Name">As in the address and in <c>CWS_SETTINGS__NAME</c>.</param>
/// <param name="Type">The record that holds it.</param>
public sealed record SettingsSectionInfo(string Name, Type Type);
