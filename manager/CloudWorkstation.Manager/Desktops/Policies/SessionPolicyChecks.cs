namespace CloudWorkstation.Manager.Desktops.Policies;

/// <summary>The rules of the section <c>session-policies</c>.</summary>
internal static class SessionPolicyChecks
{
    private const int MostPolicies = 100;
    private const int MostGroups = 50;
    private const int LongestName = 64;

    public static IEnumerable<FieldError> Of(IReadOnlyList<GroupSessionPolicy> policies)
    {
        if (policies.Count > MostPolicies)
        {
            yield return new FieldError("policies", $"At most {MostPolicies} policies.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < policies.Count; i++)
        {
            var at = $"policies[{i}].";
            if (!IsName(policies[i].Name) || !names.Add(policies[i].Name))
            {
                yield return new FieldError(at + "name", $"A name of 1 to {LongestName} characters that no other policy has.");
            }

            foreach (var error in OfGroups(policies[i], at).Concat(OfWords(policies[i], at)).Concat(OfNumbers(policies[i], at)))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> OfGroups(GroupSessionPolicy policy, string at)
    {
        if (policy.Groups.Count is 0 or > MostGroups)
        {
            yield return new FieldError(at + "groups", $"1 to {MostGroups} groups: whose desktops it is for.");
        }

        for (var i = 0; i < policy.Groups.Count; i++)
        {
            if (!IsName(policy.Groups[i]))
            {
                yield return new FieldError($"{at}groups[{i}]", $"A group's name of 1 to {LongestName} characters.");
            }
        }
    }

    private static IEnumerable<FieldError> OfWords(GroupSessionPolicy policy, string at)
    {
        (string Field, string? Word, IReadOnlyList<string> Words)[] words =
        [
            ("clipboard", policy.Clipboard, SessionRules.Clipboard),
            ("files", policy.Files, SessionRules.Files),
            ("sharing", policy.Sharing, SessionRules.Sharing),
            ("recording", policy.Recording, SessionRules.Recording),
            ("adminWatch", policy.AdminWatch, SessionRules.AdminWatch),
        ];
        return words.Where(w => w.Word is not null && !w.Words.Contains(w.Word, StringComparer.Ordinal))
            .Select(w => new FieldError(at + w.Field, $"One of {string.Join(", ", w.Words)}; leave it out to restrict nothing."));
    }

    private static IEnumerable<FieldError> OfNumbers(GroupSessionPolicy policy, string at)
    {
        (string Field, int? Number, int Most)[] numbers =
        [
            ("uploadMaximumMegabytes", policy.UploadMaximumMegabytes, SessionRules.MostMegabytes),
            ("downloadMaximumMegabytes", policy.DownloadMaximumMegabytes, SessionRules.MostMegabytes),
            ("recordingRetentionDays", policy.RecordingRetentionDays, SessionRules.MostRetentionDays),
            ("idleStopMinutes", policy.IdleStopMinutes, SessionRules.MostMinutes),
            ("maximumSessionMinutes", policy.MaximumSessionMinutes, SessionRules.MostMinutes),
        ];
        return numbers.Where(n => n.Number < 1 || n.Number > n.Most)
            .Select(n => new FieldError(at + n.Field, $"A whole number from 1 to {n.Most}; leave it out to restrict nothing."));
    }

    private static bool IsName(string? name) => !string.IsNullOrWhiteSpace(name) && name.Length <= LongestName && name == name.Trim() && !name.Any(char.IsControl);
}
