using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>
/// What lies in a state's lock: the members that Terraform writes and shows to whoever meets the lock, and one of our own, which says
/// what Terraform's cannot: which attempt of which operation holds it.
/// </summary>
internal sealed record LockInfo
{
    [JsonPropertyName("ID")]
    public string Id { get; init; } = "";

    public string Operation { get; init; } = "";

    public string Info { get; init; } = "";

    public string Who { get; init; } = "";

    public string Version { get; init; } = "";

    public string Created { get; init; } = "";

    public string Path { get; init; } = "";

    /// <value>Null in a lock that somebody else's Terraform took.</value>
    [JsonPropertyName("CloudWorkstation")]
    public RunHolder? Holder { get; init; }

    public static LockInfo Of(RunHolder holder, StateLocation location, DateTimeOffset now) => new()
    {
        Id = Guid.NewGuid().ToString(),
        Operation = "OperationTypeApply",
        Info = $"Operation {holder.Operation}, attempt {holder.Attempt}, of CloudWorkstation",
        Who = $"cloudworkstation@{Environment.MachineName}",
        Created = now.UtcDateTime.ToString("O"),
        Path = $"{location.Bucket}/{location.Key}",
        Holder = holder,
    };

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>A lock that cannot be read is a lock all the same, held by nobody knows whom.</summary>
    public static LockInfo Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<LockInfo>(text) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    public string Sentence =>
        $"The state of this desktop is locked by {(Who.Length > 0 ? Who : "an unknown program")}{(Created.Length > 0 ? $" since {Created}" : "")}{(Holder is null && Operation.Length > 0 ? $" ({Operation}, lock {Id})" : "")}.";
}
