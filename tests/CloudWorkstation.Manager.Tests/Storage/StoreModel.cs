using CloudWorkstation.Manager.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Storage;

/// <summary>The store as a dictionary: what a commit must do, said once more in the simplest way.</summary>
internal sealed class StoreModel(string run)
{
    private const int Documents = 4;
    private const int PartitionCount = 2;

    private readonly Dictionary<string, (long Version, string Text, IndexEntry Entry)> documents = new(StringComparer.Ordinal);

    public IEnumerable<string> Ids => Enumerable.Range(0, Documents).Select(Id);

    /// <summary>Few documents and versions close to the real ones, so that conditions both hold and fail often.</summary>
    public static Arbitrary<Commit[]> Commits()
    {
        var step =
            from document in Gen.Choose(0, Documents - 1)
            from kind in Gen.Elements(Enum.GetValues<WriteKind>())
            from absent in Gen.Frequency((1, Gen.Constant(true)), (2, Gen.Constant(false)))
            from offset in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(-1, 1)))
            from partition in Gen.Choose(0, PartitionCount - 1)
            from sort in Gen.Choose(0, 3)
            select new Step(document, kind, absent, offset, partition, sort);
        var commit = from steps in step.ArrayOf() select new Commit([.. steps.DistinctBy(s => s.Document)]);
        return commit.ArrayOf().ToArbitrary();
    }

    public List<DocumentWrite> Writes(Commit commit) => [.. commit.Steps.Select((step, position) => new DocumentWrite
    {
        Key = Doc.Key(Id(step.Document)),
        Kind = step.Kind,
        Condition = step.Absent && step.Kind != WriteKind.Delete ? ConditionKind.Absent : ConditionKind.VersionIs,
        ExpectedVersion = documents.GetValueOrDefault(Id(step.Document)).Version + step.VersionOffset,
        Json = step.Kind == WriteKind.Put ? Doc.Json($"{documents.Count}-{position}-{step.Sort}") : default,
        Indexes = step.Kind == WriteKind.Put ? [Doc.Owner($"{run}-{step.Partition}", $"{step.Sort}")] : [],
    })];

    /// <summary>The positions that fail; when there is none, all writes are done.</summary>
    public List<int> Apply(List<DocumentWrite> writes)
    {
        List<int> failed = [.. writes.Index().Where(w => !Holds(w.Item)).Select(w => w.Index)];
        foreach (var write in failed.Count == 0 ? writes : [])
        {
            Apply(write);
        }

        return failed;
    }

    public (long? Version, string? Text) Find(string id) => documents.TryGetValue(id, out var found) ? (found.Version, found.Text) : (null, null);

    public IEnumerable<(string Partition, IReadOnlyList<string> Ids)> Partitions() => Enumerable.Range(0, PartitionCount).Select(p => $"{run}-{p}").Select(partition =>
        (partition, (IReadOnlyList<string>)[.. documents
            .Where(d => d.Value.Entry.Partition == partition)
            .OrderBy(d => d.Value.Entry.Sort, StringComparer.Ordinal)
            .ThenBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => d.Key)]));

    private bool Holds(DocumentWrite write) => documents.TryGetValue(write.Key.Id, out var found)
        ? write.Condition == ConditionKind.VersionIs && write.ExpectedVersion == found.Version
        : write.Condition == ConditionKind.Absent;

    private void Apply(DocumentWrite write)
    {
        switch (write.Kind)
        {
            case WriteKind.Put:
                var version = documents.GetValueOrDefault(write.Key.Id).Version + 1;
                documents[write.Key.Id] = (version, System.Text.Encoding.UTF8.GetString(write.Json.Span).Trim('"'), write.Indexes[0]);
                break;
            case WriteKind.Delete:
                documents.Remove(write.Key.Id);
                break;
        }
    }

    private string Id(int document) => $"{run}-{document}";

    public sealed record Step(int Document, WriteKind Kind, bool Absent, int VersionOffset, int Partition, int Sort);

    public sealed record Commit(Step[] Steps);
}
