namespace CloudWorkstation.Manager.Accounts;

/// <summary>Section <c>sign-in</c> of the settings.</summary>
public sealed record SignInSettings
{
    private const int Most = 50;
    private const int Longest = 64;

    /// <value>
    /// Whether local accounts sign in with their passwords; the default value is <see langword="true"/>. Administrators of the platform always
    /// may, so that a provider that is down locks nobody out for good.
    /// </value>
    public bool LocalPasswords { get; init; } = true;

    /// <value>Who has one of these roles needs a second factor.</value>
    public IReadOnlyList<string> RequireSecondFactorRoles { get; init; } = [];

    /// <value>Who is in one of these groups needs a second factor.</value>
    public IReadOnlyList<string> RequireSecondFactorGroups { get; init; } = [];

    public static IReadOnlyList<FieldError> Check(SignInSettings settings) =>
        [.. Check("requireSecondFactorRoles", settings.RequireSecondFactorRoles), .. Check("requireSecondFactorGroups", settings.RequireSecondFactorGroups)];

    private static IEnumerable<FieldError> Check(string field, IReadOnlyList<string> names)
    {
        if (names.Count > Most)
        {
            yield return new FieldError(field, $"At most {Most} names.");
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i]) || names[i].Length > Longest)
            {
                yield return new FieldError($"{field}[{i}]", $"A name of 1 to {Longest} characters.");
            }
        }
    }
}
