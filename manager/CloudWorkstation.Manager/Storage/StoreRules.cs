using System.Buffers;
using System.Text;

// The broken rule can sit anywhere inside an argument; the message names the place better than a parameter's name.
#pragma warning disable MA0015

namespace CloudWorkstation.Manager.Storage;

/// <summary>
/// The rules of <see cref="IDocumentStore"/> that do not depend on the database: declared names, allowed characters and
/// <see cref="StoreLimits"/>. Every implementation asks here first, so that a mistake shows on SQLite and not first on DynamoDB.
/// </summary>
public sealed class StoreRules
{
    private const int MaximumIndexes = 4;
    private const int MaximumNameLength = 256;
    private const int MaximumSortLength = 512;

    // DynamoDB's 1,024 bytes of a sort key less an id and what parts the two.
    private const int MaximumSortBytes = 767;

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.@/-");

    private readonly Dictionary<string, CollectionDefinition> collections = new(StringComparer.Ordinal);

    /// <param name="definitions">Every collection that the product uses.</param>
    public StoreRules(IEnumerable<CollectionDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            Declare(definition);
        }
    }

    public void Check(DocumentKey key)
    {
        Find(key.Collection);
        Require(IsKey(key.Id), $"The document id '{Shorten(key.Id)}' must be 1 to {MaximumNameLength} characters of [a-zA-Z0-9_:.@/-].");
    }

    public void Check(IndexQuery query)
    {
        CheckIndex(query.Collection, query.Index);
        CheckText(query.Partition, 1, MaximumNameLength, "partition");
        CheckSort(query.From ?? "", "lower bound");
        CheckSort(query.To ?? "", "upper bound");
        Require(
            query.Limit is >= 1 and <= StoreLimits.MaximumPageSize,
            $"A page has 1 to {StoreLimits.MaximumPageSize} documents, not {query.Limit}.");
    }

    public void Check(IReadOnlyList<DocumentWrite> writes)
    {
        Require(
            writes.Count <= StoreLimits.MaximumWritesPerCommit,
            $"A commit has at most {StoreLimits.MaximumWritesPerCommit} writes, not {writes.Count}.");
        var keys = new HashSet<DocumentKey>(writes.Count);
        long bytes = 0;
        foreach (var write in writes)
        {
            Check(write);
            Require(keys.Add(write.Key), $"{write.Key} appears twice in one commit.");
            bytes += write.Json.Length + KeyBytes(write);
        }

        Require(bytes <= StoreLimits.MaximumCommitBytes, $"A commit carries at most {StoreLimits.MaximumCommitBytes} bytes of JSON and keys, not {bytes}.");
    }

    private static bool IsKey(string? text) =>
        text is { Length: >= 1 and <= MaximumNameLength } && !text.AsSpan().ContainsAnyExcept(KeyCharacters);

    private static void CheckText(string? text, int minimum, int maximum, string what)
    {
        Require(text is not null && text.Length >= minimum && text.Length <= maximum, $"An index {what} has {minimum} to {maximum} characters, not {text?.Length ?? 0}.");

        // NUL ends a text inside SQLite, U+0001 parts sort and id in DynamoDB, and an unpaired surrogate has no UTF-8 form: none of them
        // could be ordered or found again.
        Require(!text!.AsSpan().ContainsAny('\0', '\u0001') && IsWellFormed(text), $"An index {what} must be well-formed text without U+0000 and U+0001.");
    }

    private static void CheckSort(string text, string what)
    {
        CheckText(text, 0, MaximumSortLength, what);
        var bytes = Encoding.UTF8.GetByteCount(text);
        Require(bytes <= MaximumSortBytes, $"An index {what} has at most {MaximumSortBytes} bytes of UTF-8, not {bytes}.");
    }

    private static int KeyBytes(DocumentWrite write) => write.Key.Collection.Length + write.Key.Id.Length
        + write.Indexes.Sum(e => Encoding.UTF8.GetByteCount(e.Partition) + Encoding.UTF8.GetByteCount(e.Sort) + write.Key.Collection.Length + write.Key.Id.Length);

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }

    private static string Shorten(string? text) => text is null ? "" : text.Length <= 40 ? text : text[..40] + "…";

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }

    private void Declare(CollectionDefinition definition)
    {
        Require(IsKey(definition.Name), $"The collection name '{Shorten(definition.Name)}' must be 1 to {MaximumNameLength} characters of [a-zA-Z0-9_:.@/-].");
        Require(definition.Indexes.Count <= MaximumIndexes, $"The collection '{definition.Name}' declares {definition.Indexes.Count} indexes; at most {MaximumIndexes} are possible.");
        Require(definition.Indexes.All(IsKey), $"An index name of '{definition.Name}' has characters outside [a-zA-Z0-9_:.@/-].");
        Require(definition.Indexes.Distinct(StringComparer.Ordinal).Count() == definition.Indexes.Count, $"The collection '{definition.Name}' declares an index twice.");
        if (!collections.TryAdd(definition.Name, definition))
        {
            var known = collections[definition.Name];
            Require(known.Indexes.SequenceEqual(definition.Indexes, StringComparer.Ordinal), $"The collection '{definition.Name}' is declared twice with different indexes.");
            Require(known.AppendOnly == definition.AppendOnly, $"The collection '{definition.Name}' is declared twice, once as one that only grows.");
        }
    }

    private CollectionDefinition Find(string name) => name is not null && collections.TryGetValue(name, out var found)
        ? found
        : throw new ArgumentException($"The collection '{Shorten(name)}' is not declared: register its CollectionDefinition as a singleton.");

    private void CheckIndex(string collection, string index) => Require(
        Find(collection).Indexes.Contains(index, StringComparer.Ordinal),
        $"The collection '{Shorten(collection)}' declares no index '{Shorten(index)}'.");

    private void Check(DocumentWrite write)
    {
        Check(write.Key);
        Require(
            write.Kind != WriteKind.Delete || write.Condition == ConditionKind.VersionIs,
            $"A delete of {write.Key} needs the version that it removes.");
        Require(
            write.Kind == WriteKind.Check || write.Condition == ConditionKind.Absent || !Find(write.Key.Collection).AppendOnly,
            $"{write.Key} cannot be replaced or removed: '{write.Key.Collection}' only grows.");
        if (write.Kind != WriteKind.Put)
        {
            return;
        }

        Require(
            write.Json.Length is >= 1 and <= StoreLimits.MaximumDocumentBytes,
            $"{write.Key} has {write.Json.Length} bytes of JSON; 1 to {StoreLimits.MaximumDocumentBytes} are possible.");
        for (var i = 0; i < write.Indexes.Count; i++)
        {
            var entry = write.Indexes[i];
            CheckIndex(write.Key.Collection, entry.Index);
            CheckText(entry.Partition, 1, MaximumNameLength, "partition");
            CheckSort(entry.Sort, "sort");
            Require(
                !write.Indexes.Take(i).Any(e => string.Equals(e.Index, entry.Index, StringComparison.Ordinal)),
                $"{write.Key} is put twice into the index '{entry.Index}'; a document is in an index at most once.");
        }
    }
}
