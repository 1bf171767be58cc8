using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Api.Templates;

/// <summary>A template as the create form needs it.</summary>
public sealed record OfferedTemplate(
    string Name,
    string Version,
    string Title,
    string Description,
    string Icon,
    string Protocol,
    IReadOnlyList<ParameterModel> Parameters,
    SessionPolicy Session,
    TemplateQuota Quota)
{
    /// <value>Whoever opens the desktop signs in there with an account of their own.</value>
    public bool PersonSignsIn { get; init; }

    /// <value>Why no desktop can be made of it here, with the fix.</value>
    public string? Unavailable { get; init; }

    public static OfferedTemplate From(Template template, IReadOnlyList<QuotaUse> quota, TemplateScreens screens)
    {
        var use = quota.FirstOrDefault(q => string.Equals(q.Template, template.Name, StringComparison.Ordinal));
        return new OfferedTemplate(
            template.Name,
            template.Version,
            template.Title,
            template.Description,
            template.Icon,
            template.Protocol,
            [.. template.Parameters.Select(ParameterModel.From)],
            template.Session,
            new TemplateQuota(use?.Used ?? 0, use?.Limit ?? template.MaximumPerUser))
        {
            PersonSignsIn = template.PersonSignsIn,
            Unavailable = screens.Missing(template)?.Detail,
        };
    }
}

/// <summary>One question of the form; what is absent does not limit the answer.</summary>
public sealed record ParameterModel
{
    public required string Name { get; init; }

    public required ParameterType Type { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<JsonElement>? Options { get; init; }

    public JsonElement? Default { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public int? MaximumLength { get; init; }

    public string? Pattern { get; init; }

    /// <value>May be changed after creation.</value>
    public required bool Mutable { get; init; }

    /// <value>US dollars an hour by option.</value>
    public IReadOnlyDictionary<string, decimal>? HourlyCost { get; init; }

    public static ParameterModel From(TemplateParameter parameter) => new()
    {
        Name = parameter.Name,
        Type = parameter.Type,
        Title = parameter.Title,
        Description = parameter.Description,
        Options = parameter.Options.Count > 0 ? parameter.Options : null,
        Default = parameter.Default,
        Minimum = parameter.Minimum,
        Maximum = parameter.Maximum,
        MaximumLength = parameter.MaximumLength,
        Pattern = parameter.Pattern,
        Mutable = parameter.Mutable,
        HourlyCost = parameter.HourlyCost.Count > 0 ? parameter.HourlyCost : null,
    };
}

/// <summary>Desktops of the template that the caller has and may have.</summary>
public sealed record TemplateQuota(int Used, int Limit);

/// <param name="Items">Templates on offer.</param>
/// <param name="Broken">For administrators who asked.</param>
public sealed record TemplateList(IReadOnlyList<OfferedTemplate> Items, IReadOnlyList<BrokenTemplate>? Broken);

public sealed record BrokenTemplate(string Name, IReadOnlyList<string> Problems);

/// <param name="Version">SHA-256 of the content.</param>
/// <param name="LoadedAt">When it was first read here.</param>
/// <param name="Current">The one on offer.</param>
public sealed record TemplateVersion(string Version, DateTimeOffset LoadedAt, bool Current);
