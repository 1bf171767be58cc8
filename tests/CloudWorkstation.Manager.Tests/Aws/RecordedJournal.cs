using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Tests.Aws;

internal sealed class RecordedJournal : IJournal
{
    public DateTimeOffset? StartedAt { get; init; }

    public List<string> Steps { get; } = [];

    public List<string> Lines { get; } = [];

    public void Step(string name, string phrase) => Steps.Add(name);

    public void Log(string level, string text) => Lines.Add(text);
}
