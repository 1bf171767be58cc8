using CloudWorkstation.Manager.Storage.DynamoDb;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace CloudWorkstation.Api.Tests.Cost;

/// <summary>What is in the table by what was sent: an item's old size decides what its replacement costs.</summary>
internal sealed class TableModel
{
    private static readonly string[] Bookkeeping = [":version", ":one", ":token", ":none"];

    private readonly Dictionary<string, Item> items = new(StringComparer.Ordinal);

    /// <summary>The item before and after; null for absent.</summary>
    public (Item? Before, Item? After) Put(Item item) => Replace(item[TableLayout.Document].S, item);

    public (Item? Before, Item? After) Delete(Item key) => Replace(key[TableLayout.Document].S, null);

    public (Item? Before, Item? After) Update(Item key, Item values)
    {
        var name = key[TableLayout.Document].S;
        var after = new Item(key, StringComparer.Ordinal) { [TableLayout.Version] = values[":version"] };
        foreach (var (value, content) in values.Where(v => !Bookkeeping.Contains(v.Key)))
        {
            after[value[1..]] = content;
        }

        foreach (var commit in TableLayout.Commits)
        {
            after[commit] = values[":token"];
        }

        return Replace(name, after);
    }

    public Item? Find(Item key) => items.GetValueOrDefault(key[TableLayout.Document].S);

    private (Item? Before, Item? After) Replace(string name, Item? after)
    {
        var before = items.GetValueOrDefault(name);
        if (after is null)
        {
            items.Remove(name);
        }
        else
        {
            items[name] = after;
        }

        return (before, after);
    }
}
