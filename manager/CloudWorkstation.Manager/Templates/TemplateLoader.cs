using CloudWorkstation.Manager.Templates.Manifests;
using CloudWorkstation.Manager.Templates.Modules;
using CloudWorkstation.Manager.Templates.Versions;

namespace CloudWorkstation.Manager.Templates;

/// <summary>Loads one directory of the templates directory, finding every problem it has.</summary>
internal sealed class TemplateLoader(TemplateVersionStore versions, PlatformFacts platform, TimeProvider time)
{
    public (TemplateEntry Entry, IReadOnlyCollection<string> Linked) Load(string directory)
    {
        var name = Path.GetFileName(directory);
        try
        {
            var content = TemplateContent.Of(directory);
            return (Load(name, directory, content), content.Linked);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (new(name, null, [$"The template cannot be read or kept: {exception.Message}"]), []);
        }
    }

    private TemplateEntry Load(string name, string directory, TemplateContent content)
    {
        ManifestProblems problems = new();
        foreach (var problem in content.Problems)
            problems.Add(problem);
        var path = Path.Combine(directory, ManifestProblems.FileName);
        if (!File.Exists(path))
            problems.Add($"{ManifestProblems.FileName} is missing; it says what employees read and choose.");
        else if (ManifestReader.Read(File.ReadAllText(path), name, problems) is { } template)
            return Finish(template, directory, content, problems);
        return new(name, null, problems.List);
    }

    private TemplateEntry Finish(Template template, string directory, TemplateContent content, ManifestProblems problems)
    {
        foreach (var problem in ModuleRules.Problems(template, ModuleScan.Of(directory), platform))
            problems.Add(problem);
        return problems.List.Count > 0
            ? new(template.Name, null, problems.List)
            : new(template.Name, versions.Keep(template, content, content.Hash(), time.GetUtcNow()), []);
    }
}
