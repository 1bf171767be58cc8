using System.Text;
using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>An item's size as DynamoDB counts it: names and values in UTF-8; a number takes a byte for two digits and one more.</summary>
internal static class ItemSizes
{
    public static int Of(IReadOnlyDictionary<string, AttributeValue> item) => item.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + Of(a.Value));

    private static int Of(AttributeValue value) => value switch
    {
        { S: { } text } => Encoding.UTF8.GetByteCount(text),
        { N: { } number } => (number.Length + 1) / 2 + 1,
        _ => throw new NotSupportedException("The store uses texts and numbers only."),
    };
}
