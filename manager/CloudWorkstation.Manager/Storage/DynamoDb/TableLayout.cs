using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>
/// Where everything is in the one table: the names of its attributes and what their values look like. <c>infra/aws</c> declares the
/// same table in HCL; a test holds the two equal.
/// </summary>
internal static class TableLayout
{
    public const int Indexes = 4;
    public const string Document = "document";
    public const string Version = "version";
    public const string Json = "json";
    public const string Expires = "expires";

    /// <summary>Collection of the notes by which a commit without a put is recognised. No feature can declare it.</summary>
    public const string Receipts = "=receipts";

    /// <summary>
    /// Between an index entry's sort and the document's id. Below every character that either may have, so that the database's order of
    /// the two together is the order by sort, then by id.
    /// </summary>
    private const char Separator = '\u0001';

    /// <value>Tokens of the commits that wrote the last versions of a document, newest first.</value>
    public static IReadOnlyList<string> Commits { get; } = ["commit1", "commit2", "commit3"];

    public static string IndexName(int number) => $"index{number}";

    public static string PartitionName(int number) => $"index{number}_partition";

    public static string SortName(int number) => $"index{number}_sort";

    public static string Name(DocumentKey key) => $"{key.Collection}/{key.Id}";

    public static Dictionary<string, AttributeValue> KeyOf(DocumentKey key) => new(StringComparer.Ordinal) { [Document] = Text(Name(key)) };

    /// <summary>Indexes are shared by all collections, so a partition begins with its collection.</summary>
    public static string Partition(string collection, string partition) => $"{collection}/{partition}";

    public static string Sort(string sort, string id) => $"{sort}{Separator}{id}";

    public static string SortOf(string stored, string id) => stored[..^(id.Length + 1)];

    public static AttributeValue Text(string value) => new() { S = value };

    public static AttributeValue Number(long value) => new() { N = value.ToString(System.Globalization.CultureInfo.InvariantCulture) };
}
