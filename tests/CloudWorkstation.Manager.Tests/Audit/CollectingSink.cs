using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Audit.Export;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>Keeps what it is sent, unless it is broken.</summary>
internal sealed class CollectingSink : IAuditSink
{
    public List<AuditEntry> Entries { get; } = [];

    public int Batches { get; private set; }

    public IEnumerable<string?> Details => Entries.Select(e => e.Detail);

    public bool Broken { get; set; }

    public string Name => "collecting";

    public bool IsOn(AuditSettings settings) => true;

    public Task SendAsync(AuditSettings settings, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new IOException("It is broken.");
        }

        Batches++;
        Entries.AddRange(entries);
        return Task.CompletedTask;
    }
}
