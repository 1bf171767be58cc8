using CloudWorkstation.Manager.Templates.Modules;

namespace CloudWorkstation.Manager.Templates;

/// <summary>What a module takes beyond what every module takes.</summary>
internal sealed record TemplateVariables(bool Platform, bool Placement)
{
    /// <summary>Reads the module itself: kept versions are older than any description of them could be.</summary>
    public static TemplateVariables Of(string directory)
    {
        if (!Directory.Exists(directory))
            return new(Platform: false, Placement: false);
        var variables = ModuleScan.Of(directory).Variables;
        return new(variables.ContainsKey(ModuleScan.Platform), variables.ContainsKey(ModuleScan.Placement));
    }
}
