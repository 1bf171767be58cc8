using System.Text.Json;

namespace CloudWorkstation.FakeTerraform;

/// <summary>One call of the program: its arguments, the step that answers it, and how to speak as Terraform does.</summary>
internal sealed class Invocation(string scriptPath, FakeScript script, IReadOnlyList<string> arguments)
{
    public FakeScript Script => script;

    public IReadOnlyList<string> Arguments => arguments;

    public string Command => arguments.Contains("-destroy", StringComparer.Ordinal) ? "destroy" : arguments.Count > 0 ? arguments[0] : "";

    public void Record()
    {
        File.AppendAllText(FakeTerraformInstallation.CallsOf(scriptPath), $"{Environment.ProcessId} {string.Join(' ', arguments)}\n");
        var environment = Environment.GetEnvironmentVariables();
        File.WriteAllLines(FakeTerraformInstallation.EnvironmentOf(scriptPath), environment.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(name => $"{name}={environment[name]}"));
    }

    /// <summary>The step for this call, counted as used.</summary>
    public FakeStep? TakeStep()
    {
        for (var index = 0; index < script.Steps.Count; index++)
        {
            var step = script.Steps[index];
            var counter = $"{scriptPath}.used.{index}";
            var used = File.Exists(counter) ? new FileInfo(counter).Length : 0;
            if (step.Command != Command || used >= step.Times)
                continue;
            File.AppendAllText(counter, ".");
            return step;
        }

        return null;
    }

    public static void Say(string level, string type, string message, object? more = null)
    {
        Dictionary<string, object> line = new(StringComparer.Ordinal)
        {
            ["@level"] = level,
            ["@message"] = message,
            ["@module"] = "terraform.ui",
            ["@timestamp"] = TimeProvider.System.GetUtcNow().ToString("O"),
            ["type"] = type,
        };
        foreach (var property in more?.GetType().GetProperties() ?? [])
            line[property.Name] = property.GetValue(more)!;
        Console.Out.WriteLine(JsonSerializer.Serialize(line));
        Console.Out.Flush();
    }

    public static void SayError(string summary, string detail) =>
        Say("error", "diagnostic", $"Error: {summary}", new { diagnostic = new { severity = "error", summary, detail } });
}
