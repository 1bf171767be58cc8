using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>What can be said of a file without an installation: nothing is started, no store is opened.</summary>
public static class ConfigurationCheck
{
    /// <param name="services">What the product is composed of; only the sections' facts are looked at.</param>
    /// <param name="text">The file.</param>
    /// <param name="secrets">Where its secrets come from.</param>
    public static IReadOnlyList<ConfigurationProblem> Run(IServiceCollection services, string text, ISecretSources secrets) =>
        Run(SectionsOf(services), text, secrets);

    public static IReadOnlyList<ConfigurationProblem> Run(IEnumerable<SettingsSectionInfo> sections, string text, ISecretSources secrets) =>
        Run(new ConfigurationReader(sections), text, secrets);

    /// <summary>The sections that the product is composed of.</summary>
    public static IReadOnlyList<SettingsSectionInfo> SectionsOf(IServiceCollection services) =>
        [.. services.Where(s => !s.IsKeyedService).Select(s => s.ImplementationInstance).OfType<SettingsSectionInfo>().OrderBy(s => s.Name, StringComparer.Ordinal)];

    internal static IReadOnlyList<ConfigurationProblem> Run(ConfigurationReader reader, string text, ISecretSources secrets)
    {
        var problems = new ConfigurationProblems();
        if (reader.Read(text, secrets, problems) is { } file)
        {
            reader.CheckSections(file, problems);
        }

        return problems.List;
    }
}
