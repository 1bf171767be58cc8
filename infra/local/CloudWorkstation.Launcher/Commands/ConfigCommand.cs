using System.CommandLine;
using CloudWorkstation.Launcher.Configuration;

namespace CloudWorkstation.Launcher.Commands;

/// <summary>The configuration of an installation as one file: out of it, checked, and into it.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Exports, checks and imports accounts, access rules and settings as one YAML file.") { Export(), Validate(), Import() };

    private static Command Export()
    {
        var (data, url) = (CommonOptions.Data(), Url());
        var file = new Argument<string?>("file") { Description = "Where to write; the terminal without it.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "Writes the running product's configuration.") { file, data, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var product = await ProductClient.SignInAsync(CommonOptions.Directory(parsed, data), parsed.GetValue(url), cancellationToken);
            var text = await product.ExportAsync(cancellationToken);
            if (parsed.GetValue(file) is not { } path)
            {
                Console.Write(text);
                return 0;
            }

            await File.WriteAllTextAsync(path, text, cancellationToken);
            Console.WriteLine($"workstation: wrote {path}");
            return 0;
        });
        return command;
    }

    private static Command Validate()
    {
        var file = new Argument<string>("file") { Description = "The configuration." };
        var command = new Command("validate", "Lists everything that is wrong with a file.") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (valid, _) = await ConfigurationProgram.RunAsync("check", parsed.GetRequiredValue(file), cancellationToken);
            if (valid)
                Console.WriteLine($"workstation: {parsed.GetRequiredValue(file)} has no problem that can be seen without an installation");
            return valid ? 0 : 1;
        });
        return command;
    }

    private static Command Import()
    {
        var (data, url) = (CommonOptions.Data(), Url());
        var file = new Argument<string>("file") { Description = "The configuration." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only shows what would change." };
        var prune = new Option<bool>("--prune") { Description = "Removes what the file's lists do not name." };
        var yes = new Option<bool>("--yes") { Description = "Does not ask." };
        var command = new Command("import", "Makes the running product as the file says.") { file, dryRun, prune, yes, data, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (valid, text) = await ConfigurationProgram.RunAsync("send", parsed.GetRequiredValue(file), cancellationToken);
            if (!valid)
                return 1;
            using var product = await ProductClient.SignInAsync(CommonOptions.Directory(parsed, data), parsed.GetValue(url), cancellationToken);
            return await new ConfigImport(product, text, parsed.GetValue(prune)).RunAsync(parsed.GetValue(dryRun), parsed.GetValue(yes), cancellationToken);
        });
        return command;
    }

    private static Option<string?> Url() => new("--url") { Description = "Where the product answers; the one that runs on the data directory without it." };
}
