using System.ComponentModel;
using System.Text.Json;
using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Messages;
using CloudWorkstation.Manager.Terraform.Running;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>Which Terraform this is, asked once; a refusal is asked again, since the fix may be an installation.</summary>
internal sealed class TerraformVersion(TerraformOptions options, ProcessRunner processes)
{
    private static readonly Version MinimumTerraform = new(1, 10);
    private static readonly Version MinimumOpenTofu = new(1, 11);

    private volatile string? known;

    /// <returns>The version, or null and why there is none that can be used.</returns>
    public async Task<(string? Version, string Problem)> FindAsync(string workingDirectory, IReadOnlyDictionary<string, string> environment, StopSignals signals)
    {
        if (known is { } found)
            return (found, "");
        List<string> lines = [];
        try
        {
            var result = await processes.RunAsync(
                new(options.Binary, new VersionCommand().Arguments, workingDirectory, environment), (line, _) => Keep(lines, line), signals);
            return result.ExitCode == 0 ? Judge(string.Join('\n', lines)) : (null, CannotStart($"'{options.Binary} version' ended with code {result.ExitCode}"));
        }
        catch (Win32Exception exception)
        {
            return (null, CannotStart(exception.Message));
        }
    }

    private static ValueTask Keep(List<string> lines, string line)
    {
        if (lines.Count < 200)
            lines.Add(line);
        return ValueTask.CompletedTask;
    }

    private (string? Version, string Problem) Judge(string text)
    {
        if (VersionIn(text) is not { } version || !Version.TryParse(version.Split('-')[0], out var parsed))
            return (null, CannotStart("its version could not be read"));
        var tofu = Path.GetFileName(options.Binary).Contains("tofu", StringComparison.OrdinalIgnoreCase);
        var minimum = tofu ? MinimumOpenTofu : MinimumTerraform;
        if (parsed < minimum)
            return (null, $"{(tofu ? "OpenTofu" : "Terraform")} {version} is too old: ephemeral values, which keep passwords out of state, need {minimum} or newer.");
        known = version;
        return (version, "");
    }

    private static string? VersionIn(string text)
    {
        // A warning about the CLI configuration may stand before the JSON.
        var start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(text[start..]);
            return document.RootElement.Text("terraform_version");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string CannotStart(string reason) =>
        $"Terraform cannot be used: {reason}. Install Terraform {MinimumTerraform} or newer, or name it with the setting Terraform:Binary.";
}
