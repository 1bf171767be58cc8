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
public sealed record SettingsSectionInfo(string Name, Type Type)
{
    /// <value>Every rule that a value of the type breaks.</value>
    public required Func<object, IReadOnlyList<FieldError>> Check { get; init; }
}

/// <summary>A section as its list sees it.</summary>
/// <param name="Problems">What is wrong with the value as it stands, for example after an update that brought a new rule.</param>
public sealed record SettingsState(string Name, long Version, bool Fixed, IReadOnlyList<FieldError> Problems);

/// <summary>A section for those who know it by its name only: lists and the configuration file.</summary>
public interface ISettingsPart
{
    SettingsSectionInfo Info { get; }

    Task<SettingsView<object>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The value with the secrets of <paramref name="before"/> where it only keeps them, and the fields whose secret there is none to keep of.</summary>
    (object Value, IReadOnlyList<string> Missing) Complete(object value, object before);

    /// <summary>Whether two complete values are the same, secrets included.</summary>
    bool AreSame(object one, object other);

    Task<Outcome<long>> ReplaceAsync(Actor actor, object value, long ifVersion, CancellationToken cancellationToken);

    async Task<SettingsState> StateAsync(CancellationToken cancellationToken)
    {
        var view = await ReadAsync(cancellationToken);
        return new SettingsState(Info.Name, view.Version, view.Fixed, view.Version == 0 && !view.Fixed ? [] : Info.Check(view.Value));
    }
}
