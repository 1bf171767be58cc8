using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform.Messages;

/// <summary>
/// Makes events of the lines that <c>-json</c> prints, and keeps what the outcome needs. Lines that are no JSON (a crash, a half-written
/// line, a wrapper's words) become log lines; nothing a process can print makes it fail.
/// </summary>
internal sealed class MessageReader(Redactor redactor, TimeProvider time)
{
    private const int MaximumDiagnostics = 50;
    private const int MaximumPlainLines = 5_000;
    private const int MaximumTextLength = 4_096;
    private const int KeptLastLines = 20;

    private readonly ResourceProgressReader resources = new();
    private readonly List<TerraformDiagnostic> diagnostics = [];
    private readonly List<PlannedChange> planned = [];
    private readonly Queue<string> lastLines = new();
    private int plainLines;

    public IReadOnlyList<TerraformDiagnostic> Diagnostics => diagnostics;

    public IReadOnlyDictionary<string, JsonElement> Outputs { get; private set; } = new Dictionary<string, JsonElement>();

    /// <summary>From <c>planned_change</c> messages; why something is replaced is not in them.</summary>
    public IReadOnlyList<PlannedChange> Planned => planned;

    /// <summary>The last lines that were no JSON: what a crash had to say.</summary>
    public IEnumerable<string> LastLines => lastLines;

    public IEnumerable<TerraformEvent> Read(string line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
            return [];
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } message && message.Text("@message") is { } text)
                return Read(message, text);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or JSON with members of another sort or text that is none (half a surrogate pair): told as it is below.
        }

        return Plain(line, isError);
    }

    private List<TerraformEvent> Read(JsonElement message, string text)
    {
        var at = message.Time("@timestamp") ?? time.GetUtcNow();
        List<TerraformEvent> events = [];
        switch (message.Text("type"))
        {
            case "diagnostic" when message.Member("diagnostic") is { } diagnostic:
                return Diagnose(diagnostic, at);
            case "planned_change" when message.Member("change") is { } change:
                Plan(change);
                events.AddRange(resources.Planned(change, at));
                break;
            case "change_summary" when message.Member("changes") is { } changes && changes.Text("operation") == "plan":
                events.Add(new TerraformEvent.Planned(at, changes.Number("add"), changes.Number("change"), changes.Number("remove")));
                break;
            case "apply_start" or "apply_progress" or "apply_complete" or "apply_errored" when message.Member("hook") is { } hook:
                events.AddRange(resources.Hook(message.Text("type")!, hook, at));
                break;
            case "outputs" when message.Member("outputs") is { ValueKind: JsonValueKind.Object } outputs:
                KeepOutputs(outputs);
                break;
        }

        var line = Line(at, message.Text("@level") ?? "info", text);
        if (!string.IsNullOrWhiteSpace(line.Text))
            events.Add(line);
        return events;
    }

    private List<TerraformEvent> Diagnose(JsonElement diagnostic, DateTimeOffset at)
    {
        var read = DiagnosticReader.Read(diagnostic, redactor.Redact);
        if (diagnostics.Count < MaximumDiagnostics)
            diagnostics.Add(read);
        var level = read.Severity == "error" ? "error" : "warn";
        List<TerraformEvent> events = [Line(at, level, $"{(level == "error" ? "Error" : "Warning")}: {read.Summary}")];
        foreach (var line in read.Detail.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            events.Add(Line(at, level, "  " + line));
        return events;
    }

    private void Plan(JsonElement change)
    {
        if (change.Member("resource")?.Text("addr") is { } address && change.Text("action") is { } action)
            planned.Add(new(address, PlanActions.Of(action), []));
    }

    private void KeepOutputs(JsonElement outputs)
    {
        Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);
        foreach (var output in outputs.EnumerateObject())
        {
            // The plan's own outputs message has no values; sensitive ones are nobody's business here.
            if (output.Value.Member("value") is { } value && output.Value.Member("sensitive") is not { ValueKind: JsonValueKind.True })
                values[output.Name] = redactor.Redact(value);
        }

        Outputs = values;
    }

    private IEnumerable<TerraformEvent> Plain(string line, bool isError)
    {
        var text = Line(time.GetUtcNow(), isError ? "warn" : "info", line);
        lastLines.Enqueue(text.Text);
        if (lastLines.Count > KeptLastLines)
            lastLines.Dequeue();
        return ++plainLines switch
        {
            <= MaximumPlainLines => [text],
            MaximumPlainLines + 1 => [text with { Level = "warn", Text = "Further lines that are not Terraform's are left out." }],
            _ => [],
        };
    }

    private TerraformEvent.Line Line(DateTimeOffset at, string level, string text)
    {
        var safe = redactor.Redact(text);
        return new(at, level, safe.Length > MaximumTextLength ? safe[..(MaximumTextLength - 1)] + "…" : safe);
    }
}
