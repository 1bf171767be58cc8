using CloudWorkstation.Manager.Storage.DynamoDb;
using CloudWorkstation.Manager.Tests.Storage.DynamoDb;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace CloudWorkstation.Api.Tests.Cost;

/// <summary>
/// On-demand request units by DynamoDB's published rules, because moto's ConsumedCapacity does not count them. Reads by 4 KB, half of it for an
/// index; writes by 1 KB of the larger of before and after, twice in a transaction, and once more in each index (twice where the key moves).
/// </summary>
internal static class CapacityRules
{
    private const double Kilobyte = 1024;

    public static double Get(Item? found) => found is { Count: > 0 } ? Math.Ceiling(ItemSizes.Of(found) / (4 * Kilobyte)) : 1;

    public static double Query(IEnumerable<Item>? found) => Math.Max(1, Math.Ceiling((found ?? []).Sum(ItemSizes.Of) / (4 * Kilobyte))) / 2;

    public static double Check(Item? found) => 2 * Kilobytes(found);

    public static double Write(Item? before, Item? after, bool transaction) =>
        (Math.Max(Kilobytes(before), Kilobytes(after)) * (transaction ? 2 : 1)) + Enumerable.Range(1, TableLayout.Indexes).Sum(n => Index(n, before, after));

    private static double Index(int number, Item? before, Item? after)
    {
        var (was, now) = (KeyOf(before, number), KeyOf(after, number));
        if (was == now)
        {
            return was is null ? 0 : Math.Max(Kilobytes(before), Kilobytes(after));
        }

        return (was is null ? 0 : Kilobytes(before)) + (now is null ? 0 : Kilobytes(after));
    }

    private static string? KeyOf(Item? item, int number) =>
        item is not null && item.TryGetValue(TableLayout.PartitionName(number), out var partition) ? partition.S + "\n" + item[TableLayout.SortName(number)].S : null;

    private static double Kilobytes(Item? item) => item is null ? 1 : Math.Max(1, Math.Ceiling(ItemSizes.Of(item) / Kilobyte));
}
