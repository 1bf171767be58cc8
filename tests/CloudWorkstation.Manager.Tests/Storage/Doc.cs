using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage;

/// <summary>Short ways to say what the store's tests say often.</summary>
internal static class Doc
{
    public const string Things = "things";
    public const string Lines = "lines";
    public const string ByOwner = "owner";
    public const string ByState = "state";

    /// <value>The collections that a store under test declares.</value>
    public static CollectionDefinition[] Definitions { get; } = [new(Things, ByOwner, ByState), new("others", ByOwner), new(Lines) { AppendOnly = true }];

    public static DocumentKey Key(string id, string collection = Things) => new(collection, id);

    public static IndexEntry Owner(string partition, string sort) => new(ByOwner, partition, sort);

    public static DocumentWrite Add(string id, string text = "x", params IndexEntry[] indexes) => new()
    {
        Key = Key(id),
        Kind = WriteKind.Put,
        Condition = ConditionKind.Absent,
        Json = Json(text),
        Indexes = indexes,
    };

    public static DocumentWrite Replace(string id, long version, string text = "y", params IndexEntry[] indexes) =>
        Add(id, text, indexes) with { Condition = ConditionKind.VersionIs, ExpectedVersion = version };

    public static DocumentWrite Delete(string id, long version) =>
        new() { Key = Key(id), Kind = WriteKind.Delete, Condition = ConditionKind.VersionIs, ExpectedVersion = version };

    public static DocumentWrite CheckVersion(string id, long version) =>
        new() { Key = Key(id), Kind = WriteKind.Check, Condition = ConditionKind.VersionIs, ExpectedVersion = version };

    public static DocumentWrite CheckAbsent(string id) => new() { Key = Key(id), Kind = WriteKind.Check, Condition = ConditionKind.Absent };

    public static byte[] Json(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    public static string Text(StoredDocument? document) => Encoding.UTF8.GetString(document.ShouldNotBeNull().Json.Span).Trim('"');

    public static IndexQuery Query(string partition) => new() { Collection = Things, Index = ByOwner, Partition = partition };

    public static string[] Ids(DocumentPage page) => [.. page.Documents.Select(d => d.Key.Id)];
}
