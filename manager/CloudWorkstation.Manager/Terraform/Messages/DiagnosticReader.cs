using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform.Messages;

internal static class DiagnosticReader
{
    private const int MaximumDetailLength = 8_000;

    public static TerraformDiagnostic Read(JsonElement diagnostic, Func<string, string> redact)
    {
        var range = diagnostic.Member("range");
        var detail = redact(diagnostic.Text("detail") ?? "");
        return new(
            diagnostic.Text("severity") ?? "error",
            redact(diagnostic.Text("summary") ?? "Unknown error"),
            detail.Length > MaximumDetailLength ? detail[..MaximumDetailLength] + "…" : detail,
            diagnostic.Text("address"),
            range?.Text("filename"),
            range?.Member("start") is { } start && start.Number("line") is > 0 and var line ? line : null);
    }
}
