using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudWorkstation.MachineRoom.Platform;

/// <summary>What templates are told of the platform: the fields that infra/aws has as its output `platform`.</summary>
public sealed record Facts
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public required string Region { get; init; }

    public required string Vpc { get; init; }

    public required IReadOnlyList<string> Subnets { get; init; }

    public required Groups SecurityGroups { get; init; }

    public required string InstanceProfile { get; init; }

    public required string KmsKey { get; init; }

    public required string SecretPrefix { get; init; }

    public required string Cluster { get; init; }

    public required string TaskExecutionRole { get; init; }

    public required string TaskRole { get; init; }

    public required string LogGroup { get; init; }

    public required string ProxyImage { get; init; }

    public required string GuacdImage { get; init; }

    public required IReadOnlyList<string> ProxySubnets { get; init; }

    public required string? SharedProxy { get; init; }

    public required string InternalKeySecret { get; init; }

    public required string ProxyKeySecret { get; init; }

    public required string ApiUrl { get; init; }

    public required string PublicUrl { get; init; }

    public required IReadOnlyDictionary<string, string> Amis { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Whole or not at all: the manager may look at any moment.</summary>
    public void Write(string file)
    {
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(this, Json));
        File.Move(file + ".new", file, overwrite: true);
    }

    public sealed record Groups(string Desktop, string Proxy);
}
