using System.Text.Json;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>What a change asks for, checked: the desktop as it should be, and what has to run for it (null for nothing).</summary>
internal sealed record WantedDesktop(Desktop Desktop, OperationKind? Kind)
{
    /// <summary>Works out what a change means for a desktop; every broken rule at once.</summary>
    public static Outcome<WantedDesktop> From(Desktop desktop, ChangeDesktop change, ITemplateCatalogue templates, IParameterValidator validator)
    {
        var errors = new List<FieldError>();
        var wanted = desktop;
        if (change.Name is not null)
        {
            if (DesktopNames.TryClean(change.Name, out var name, out var wrongName))
            {
                wanted = wanted with { Name = name };
            }
            else
            {
                errors.Add(new FieldError("name", wrongName));
            }
        }

        if (change.TemplateVersion is not null || change.Parameters is not null)
        {
            wanted = WithTemplate(wanted, change, templates, validator, errors);
        }

        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var updates = wanted.TemplateVersion != desktop.TemplateVersion || !Same(wanted.Parameters, desktop.Parameters);
        if (updates)
        {
            return new WantedDesktop(wanted with { Power = change.Power ?? desktop.Power }, OperationKind.Update);
        }

        return new WantedDesktop(wanted, change.Power is { } power ? DesktopRules.ForPower(desktop.Status, power) : null);
    }

    private static Desktop WithTemplate(Desktop desktop, ChangeDesktop change, ITemplateCatalogue templates, IParameterValidator validator, List<FieldError> errors)
    {
        var version = change.TemplateVersion ?? desktop.TemplateVersion;
        var template = templates.FindVersion(desktop.Template, version);
        if (template is null)
        {
            errors.Add(new FieldError("version", $"The template '{desktop.Template}' has no such version here. Read the template's versions and name one of them."));
            return desktop;
        }

        // A parameter that the new version no longer has goes; what is not named stays.
        var known = template.Parameters.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var current = desktop.Parameters.Where(p => known.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var merged = new Dictionary<string, JsonElement>(current, StringComparer.Ordinal);
        foreach (var (name, value) in change.Parameters ?? new Dictionary<string, JsonElement>())
        {
            merged[name] = value;
        }

        var validated = validator.Validate(template, merged, current);
        if (!validated.Succeeded)
        {
            errors.AddRange(validated.Problem!.Errors);
            return desktop;
        }

        return desktop with { TemplateVersion = template.Version, Parameters = validated.Value };
    }

    private static bool Same(IReadOnlyDictionary<string, JsonElement> one, IReadOnlyDictionary<string, JsonElement> other) =>
        one.Count == other.Count && one.All(p => other.TryGetValue(p.Key, out var value) && JsonElement.DeepEquals(p.Value, value));
}
