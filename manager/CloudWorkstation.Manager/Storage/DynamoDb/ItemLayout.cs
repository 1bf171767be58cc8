using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Documents as items of the table and back. The n-th index of a collection is the table's n-th.</summary>
internal sealed class ItemLayout
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<(string Collection, string Index), int> numbers = [];

    public ItemLayout(IEnumerable<CollectionDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            for (var i = 0; i < definition.Indexes.Count; i++)
            {
                numbers[(definition.Name, definition.Indexes[i])] = i + 1;
            }
        }
    }

    public int NumberOf(string collection, string index) => numbers[(collection, index)];

    /// <summary>Everything that a write sets besides the key and the version.</summary>
    public Dictionary<string, AttributeValue> Attributes(DocumentWrite write)
    {
        var item = new Dictionary<string, AttributeValue>(StringComparer.Ordinal) { [TableLayout.Json] = TableLayout.Text(StrictUtf8.GetString(write.Json.Span)) };
        if (write.ExpiresAt is { } expires)
        {
            // Whole seconds, never earlier than asked for.
            item[TableLayout.Expires] = TableLayout.Number((expires.ToUnixTimeMilliseconds() + 999) / 1000);
        }

        foreach (var entry in write.Indexes)
        {
            var number = NumberOf(write.Key.Collection, entry.Index);
            item[TableLayout.PartitionName(number)] = TableLayout.Text(TableLayout.Partition(write.Key.Collection, entry.Partition));
            item[TableLayout.SortName(number)] = TableLayout.Text(TableLayout.Sort(entry.Sort, write.Key.Id));
        }

        return item;
    }

    /// <summary>What a document may have besides: a replacement removes those it does not set.</summary>
    public static IEnumerable<string> Optional() => Enumerable.Range(1, TableLayout.Indexes)
        .SelectMany(n => (string[])[TableLayout.PartitionName(n), TableLayout.SortName(n)])
        .Prepend(TableLayout.Expires);

    public static StoredDocument Read(string collection, Dictionary<string, AttributeValue> item) => new(
        new DocumentKey(collection, item[TableLayout.Document].S[(collection.Length + 1)..]),
        VersionOf(item),
        Encoding.UTF8.GetBytes(item[TableLayout.Json].S));

    public static long VersionOf(Dictionary<string, AttributeValue> item) => long.Parse(item[TableLayout.Version].N, CultureInfo.InvariantCulture);
}
