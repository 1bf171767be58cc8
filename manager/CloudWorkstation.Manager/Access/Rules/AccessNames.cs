using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>The rules that the parts of the access rules keep; each broken one is reported.</summary>
internal static partial class AccessNames
{
    private const int MaximumGroup = 256;
    private const int MaximumDescription = 500;
    private const int MaximumEntries = 1000;
    private const int MaximumDesktops = 1000;

    public static List<FieldError> Check(Entitlement entitlement, ITemplateCatalogue templates)
    {
        var errors = new List<FieldError>();
        CheckName(errors, "id", entitlement.Id);
        CheckDescription(errors, entitlement.Description);
        if (entitlement.Template != "*" && templates.Entries.All(e => e.Name != entitlement.Template))
        {
            errors.Add(new("template", $"There is no template of this name. Use '*' for all, or one of: {string.Join(", ", templates.Entries.Select(e => e.Name))}."));
        }

        if (entitlement.Maximum is < 0 or > MaximumDesktops)
        {
            errors.Add(new("maximum", $"The maximum is {entitlement.Maximum}; it must be from 0 to {MaximumDesktops}, or left out for as many as the template allows."));
        }

        return errors;
    }

    public static List<FieldError> Check(Role role, AccessRules rules)
    {
        var errors = new List<FieldError>();
        CheckName(errors, "name", role.Name);
        CheckDescription(errors, role.Description);
        CheckEntries(errors, "permissions", role.Permissions, Permissions.IsKnown, $"Known permissions: {string.Join(", ", Permissions.All.Select(p => p.Name))}.");
        CheckEntries(errors, "entitlements", role.Entitlements, rules.Entitlements.ContainsKey, "Create the entitlement first.");
        if (BuiltInRoles.All.TryGetValue(role.Name, out var builtIn) && !role.Permissions.ToHashSet(StringComparer.Ordinal).SetEquals(builtIn.Permissions))
        {
            errors.Add(new("permissions", $"What the built-in role '{role.Name}' allows is fixed: {string.Join(", ", builtIn.Permissions)}. Make a role of your own for something else."));
        }

        return errors;
    }

    public static List<FieldError> Check(Group group, AccessRules rules)
    {
        var errors = new List<FieldError>();
        if (group.Name.Length is < 1 or > MaximumGroup || group.Name.Any(c => char.IsControl(c) || c == ',') || group.Name != group.Name.Trim())
        {
            errors.Add(new("name", $"A group's name has 1 to {MaximumGroup} characters, no comma, nothing invisible, and no space at either end."));
        }

        CheckDescription(errors, group.Description);
        CheckEntries(errors, "roles", group.Roles, rules.Roles.ContainsKey, $"There are: {string.Join(", ", rules.Roles.Keys.Order(StringComparer.Ordinal).Take(20))}.");
        return errors;
    }

    private static void CheckName(List<FieldError> errors, string field, string name)
    {
        if (!Word().IsMatch(name))
        {
            errors.Add(new(field, "It has 1 to 64 characters of a-z, 0-9 and '-', the first a letter or digit."));
        }
    }

    private static void CheckDescription(List<FieldError> errors, string? description)
    {
        if (description is not null && (description.Length > MaximumDescription || description.Any(char.IsControl)))
        {
            errors.Add(new("description", $"A description has at most {MaximumDescription} characters and none that are invisible."));
        }
    }

    private static void CheckEntries(List<FieldError> errors, string field, IReadOnlyList<string> entries, Func<string, bool> isKnown, string hint)
    {
        if (entries.Count > MaximumEntries)
        {
            errors.Add(new(field, $"There are {entries.Count}; at most {MaximumEntries} are taken."));
            return;
        }

        if (entries.Distinct(StringComparer.Ordinal).Count() != entries.Count)
        {
            errors.Add(new(field, "One of them stands there twice."));
        }

        if (entries.FirstOrDefault(e => !isKnown(e)) is { } unknown)
        {
            errors.Add(new(field, $"'{(unknown.Length <= 64 ? unknown : unknown[..64] + "…")}' is not known. {hint}"));
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
