using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Configuration;

namespace CloudWorkstation.Api.Configuration;

/// <summary>
/// <c>configuration check FILE</c> and <c>configuration send FILE</c>: what <c>./workstation config</c> asks of the program that knows every section. Both list what is wrong;
/// the second writes the text with its secrets to its output, a pipe to the launcher.
/// </summary>
internal static class ConfigurationTool
{
    public static async Task<int?> RunAsync(string[] args)
    {
        if (args is not ["configuration", "check" or "send", var path])
        {
            return null;
        }

        if (!File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"{path}: there is no such file.");
            return 1;
        }

        var text = await File.ReadAllTextAsync(path);
        var sending = args[1] == "send";
        ISecretSources secrets = sending ? new SecretsOfThisMachine(Path.GetDirectoryName(Path.GetFullPath(path))!) { AssumesKept = true } : new SecretsAssumed();
        var problems = ConfigurationCheck.Run(Composed(), text, secrets);
        foreach (var problem in problems)
        {
            await Console.Error.WriteLineAsync($"{path}:{Math.Max(1, problem.Line)}: {(problem.Field.Length > 0 ? problem.Field + ": " : "")}{problem.Message}");
        }

        if (sending && problems.Count == 0)
        {
            await Console.Out.WriteAsync(SecretSubstitution.Apply(text, secrets));
        }

        return problems.Count == 0 ? 0 : 1;
    }

    /// <summary>The product put together and not started: only its list of parts is read.</summary>
    private static ServiceCollection Composed()
    {
        var data = Directory.CreateTempSubdirectory("cws-configuration-");
        try
        {
            var services = new ServiceCollection();
            services.AddManager(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Data", (string?)data.FullName)]).Build());
            return services;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
