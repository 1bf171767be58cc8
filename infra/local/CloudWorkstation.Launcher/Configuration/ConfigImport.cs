using System.Text.Json.Nodes;

namespace CloudWorkstation.Launcher.Configuration;

/// <summary>Shows what an import would change, asks, does it, and says what was done.</summary>
internal sealed class ConfigImport(ProductClient product, string text, bool prune)
{
    public async Task<int> RunAsync(bool dryRun, bool yes, CancellationToken cancellationToken)
    {
        var (possible, plan) = await product.ImportAsync(text, dryRun: true, prune, cancellationToken);
        if (!possible)
            return Refused(plan);
        var changes = plan["changes"]!.AsArray();
        Show(changes);
        if (changes.Count == 0 || dryRun)
            return 0;
        if (!yes && !Agreed(changes.Count))
        {
            Console.WriteLine("workstation: nothing was changed");
            return 1;
        }

        var (done, result) = await product.ImportAsync(text, dryRun: false, prune, cancellationToken);
        if (!done)
            return Refused(result);
        foreach (var made in result["passwords"]!.AsArray())
            Console.WriteLine($"  password of {made!["userName"]}: {made["password"]}   (shown only now; to be changed at the first sign-in)");
        Console.WriteLine($"workstation: done, {result["changes"]!.AsArray().Count} changes");
        return 0;
    }

    private static void Show(JsonArray changes)
    {
        foreach (var change in changes)
        {
            var fields = change!["fields"]!.AsArray().Select(f => f!.GetValue<string>()).ToList();
            var sign = change["action"]!.GetValue<string>() switch { "add" => '+', "remove" => '-', _ => '~' };
            Console.WriteLine($"  {sign} {change["kind"]} {change["name"]}{(fields.Count > 0 ? $" ({string.Join(", ", fields)})" : "")}");
        }

        Console.WriteLine(changes.Count == 0 ? "workstation: everything is as the file says" : $"workstation: {changes.Count} changes");
    }

    private static bool Agreed(int changes)
    {
        if (Console.IsInputRedirected)
            throw new LauncherException($"Nobody is there to agree to {changes} changes.", "Look at them with --dry-run, then give --yes.");
        Console.Write($"Make {(changes == 1 ? "this change" : $"these {changes} changes")}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static int Refused(JsonNode problem)
    {
        var errors = problem["errors"]?.AsArray() ?? [];
        foreach (var error in errors)
            Console.Error.WriteLine($"  {error!["field"]}{(error["field"]!.GetValue<string>().Length > 0 ? ": " : "")}{error["message"]}");
        Console.Error.WriteLine($"workstation: {problem["detail"]}");
        foreach (var made in (problem["passwords"]?.GetValue<string>() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Console.Error.WriteLine($"  password of {made}   (shown only now)");
        return 1;
    }
}
