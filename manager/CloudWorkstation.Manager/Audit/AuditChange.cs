using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// What a change did to a record: the members that differ, before and after. It is made from the records only, never from finished JSON,
/// so that a secret cannot get in: <see cref="AuditJson"/> takes them out.
/// </summary>
public sealed record AuditChange
{
    /// <value>A change that is larger than this is told by the names of its members.</value>
    public const int MaximumCharacters = 32 * 1024;

    [JsonConstructor]
    private AuditChange(JsonElement? before, JsonElement? after)
    {
        Before = before;
        After = after;
    }

    /// <value>Whether both are the same.</value>
    [JsonIgnore]
    public bool IsNothing => Before is { ValueKind: JsonValueKind.Object } before && After is { ValueKind: JsonValueKind.Object } after
        && before.GetPropertyCount() == 0 && after.GetPropertyCount() == 0;

    /// <value>The members that differ, as they were; null for what did not exist.</value>
    public JsonElement? Before { get; }

    /// <value>The members that differ, as they are; null for what is gone.</value>
    public JsonElement? After { get; }

    public static AuditChange Created<T>(T value)
        where T : class => new(null, Whole(value));

    public static AuditChange Removed<T>(T value)
        where T : class => new(Whole(value), null);

    /// <summary>The difference; without a <paramref name="before"/> the whole new record.</summary>
    public static AuditChange Between<T>(T? before, T after)
        where T : class
    {
        if (before is null)
        {
            return Created(after);
        }

        var (old, now) = (AuditJson.Of(before), AuditJson.Of(after));
        foreach (var name in old.Select(m => m.Key).Intersect(now.Select(m => m.Key), StringComparer.Ordinal).ToList())
        {
            if (JsonNode.DeepEquals(old[name], now[name]))
            {
                old.Remove(name);
                now.Remove(name);
            }
        }

        var known = SecretMarks.In(old);
        return new AuditChange(Element(SecretMarks.Hide(old, known)), Element(SecretMarks.Hide(now, known)));
    }

    private static JsonElement Whole<T>(T value)
        where T : class
    {
        var json = AuditJson.Of(value);
        foreach (var nothing in json.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            json.Remove(nothing);
        }

        return Element(SecretMarks.Hide(json, SecretMarks.In(json)));
    }

    private static JsonElement Element(JsonObject members)
    {
        var element = JsonSerializer.SerializeToElement(members);
        return element.GetRawText().Length <= MaximumCharacters
            ? element
            : JsonSerializer.SerializeToElement(new { tooLarge = members.Select(m => m.Key).ToList() });
    }
}
