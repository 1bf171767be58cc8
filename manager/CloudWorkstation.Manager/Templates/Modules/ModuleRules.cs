namespace CloudWorkstation.Manager.Templates.Modules;

/// <summary>The contract between template.yaml and the module's variables and outputs.</summary>
internal static class ModuleRules
{
    private const string Secret = "vnc_password";
    private static readonly string[] Given = ["desktop", "power", Secret];

    // Only to modules that declare them.
    private static readonly string[] Offered = [ModuleScan.Platform, ModuleScan.Placement];

    public static IEnumerable<string> Problems(Template template, ModuleScan module, PlatformFacts platform)
    {
        if (!module.HasFiles)
        {
            yield return "There is no *.tf file; put the Terraform root module beside template.yaml.";
            yield break;
        }

        foreach (var name in Given.Where(name => !module.Variables.ContainsKey(name) && !(template.PersonSignsIn && name == Secret)))
            yield return $"variables.tf: variable \"{name}\" is missing; declare it, the manager gives it to every template.";
        if (module.Variables.TryGetValue(Secret, out var secret) && !secret.Ephemeral)
            yield return $"{secret.File}: variable \"{Secret}\" is not ephemeral, so the password would reach the state; add ephemeral = true.";
        foreach (var parameter in template.Parameters.Where(parameter => !module.Variables.ContainsKey(parameter.Name)))
            yield return $"variables.tf: there is no variable for the parameter '{parameter.Name}'; declare variable \"{parameter.Name}\" or remove the parameter.";
        if (!platform.Exist && module.Variables.TryGetValue(ModuleScan.Platform, out var wanted) && !wanted.HasDefault)
            yield return $"{wanted.File}: needs {PlatformFacts.Setting}, which is not set here; variable \"{ModuleScan.Platform}\" has no default.";
        foreach (var variable in module.Variables.Values.Where(variable => IsUnfed(template, variable)))
            yield return $"{variable.File}: nobody gives variable \"{variable.Name}\" a value; add a default, or a parameter of that name.";
        if (template.Placements > 1 && !module.Variables.ContainsKey(ModuleScan.Placement))
            yield return $"template.yaml: placements is {template.Placements}, but the module has no variable \"{ModuleScan.Placement}\" to tell the places apart; declare it or remove the key.";
        if (!module.Outputs.Contains("connection"))
            yield return "outputs.tf: output \"connection\" is missing; give host and port of the screen.";
        foreach (var address in template.Persistent.Where(address => !module.Addresses.Contains(Root(address))))
            yield return $"template.yaml: persistent has '{address}', but the module has no {Root(address)}; name a resource or module of this template.";
    }

    private static bool IsUnfed(Template template, ModuleVariable variable) =>
        !variable.HasDefault
        && !Given.Contains(variable.Name, StringComparer.Ordinal)
        && !Offered.Contains(variable.Name, StringComparer.Ordinal)
        && template.Parameters.All(parameter => parameter.Name != variable.Name);

    private static string Root(string address) => string.Join('.', address.Split('.').Take(2));
}
