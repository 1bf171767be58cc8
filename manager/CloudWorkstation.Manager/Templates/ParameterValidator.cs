using System.Text.Json;

namespace CloudWorkstation.Manager.Templates;

/// <inheritdoc />
internal sealed class ParameterValidator : IParameterValidator
{
    public Outcome<IReadOnlyDictionary<string, JsonElement>> Validate(
        Template template,
        IReadOnlyDictionary<string, JsonElement> values,
        IReadOnlyDictionary<string, JsonElement>? current)
    {
        List<FieldError> errors = [];
        Dictionary<string, JsonElement> complete = new(StringComparer.Ordinal);
        foreach (var name in values.Keys.Where(name => template.Parameters.All(parameter => parameter.Name != name)))
            errors.Add(new(Field(name), Unknown(template, name)));
        foreach (var parameter in template.Parameters)
        {
            if (Choose(parameter, values, current) is not { } value)
                errors.Add(new(Field(parameter.Name), $"{parameter.Title} is needed; it has no default."));
            else if (ParameterCheck.Problem(parameter, value) is { } problem)
                errors.Add(new(Field(parameter.Name), problem));
            else if (IsForbiddenChange(parameter, value, current))
                errors.Add(new(Field(parameter.Name), $"{parameter.Title} cannot be changed once the desktop exists; create another desktop."));
            else
                complete[parameter.Name] = Canonical(parameter, value);
        }

        return errors.Count > 0 ? Problem.Invalid(errors) : Outcome<IReadOnlyDictionary<string, JsonElement>>.From(complete);
    }

    /// <summary>What was asked for; else what the desktop has; else the default.</summary>
    private static JsonElement? Choose(
        TemplateParameter parameter, IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement>? current)
    {
        if (values.TryGetValue(parameter.Name, out var asked))
            return asked;
        return current is not null && current.TryGetValue(parameter.Name, out var present) ? present : parameter.Default;
    }

    private static bool IsForbiddenChange(TemplateParameter parameter, JsonElement value, IReadOnlyDictionary<string, JsonElement>? current) =>
        !parameter.Mutable && current is not null && current.TryGetValue(parameter.Name, out var present) && !ParameterCheck.Same(present, value);

    // 24.0 and 24 are the same option; Terraform and the console get the one that the template wrote.
    private static JsonElement Canonical(TemplateParameter parameter, JsonElement value)
    {
        foreach (var option in parameter.Options)
        {
            if (ParameterCheck.Same(option, value))
                return option;
        }

        return value.Clone();
    }

    private static string Unknown(Template template, string name)
    {
        const int shown = 60;
        var known = template.Parameters.Count == 0 ? "it has none" : $"it has {string.Join(", ", template.Parameters.Select(parameter => parameter.Name))}";
        return $"Template {template.Name} has no parameter '{(name.Length > shown ? name[..shown] + "…" : name)}'; {known}.";
    }

    private static string Field(string name) => $"parameters.{name}";
}
