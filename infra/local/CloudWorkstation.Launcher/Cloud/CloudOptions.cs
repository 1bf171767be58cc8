namespace CloudWorkstation.Launcher.Cloud;

/// <summary>Where documents, Terraform's state and desktops live.</summary>
/// <param name="Endpoint">Null: this machine alone.</param>
/// <param name="HasPlatform">Desktops can be built there, and Terraform's state is kept there; else only the store is.</param>
public sealed record CloudOptions(string Store, AwsEndpoint? Endpoint, bool HasPlatform)
{
    public const string Sqlite = "sqlite";
    public const string DynamoDb = "dynamodb";

    public static CloudOptions ThisMachine { get; } = new(Sqlite, null, HasPlatform: false);

    public bool StartsMoto => Endpoint is { IsOwnMoto: true };

    /// <value>The launcher makes the VPC and plays the machines in it.</value>
    public bool HasMachineRoom => HasPlatform && Endpoint is { IsDevelopment: true };

    public static CloudOptions From(string? store, string? endpoint)
    {
        if (store is not (null or Sqlite or DynamoDb))
            throw new LauncherException($"--store {store} is neither {Sqlite} nor {DynamoDb}.");
        return (store, endpoint) switch
        {
            (null or Sqlite, null) => ThisMachine,
            (DynamoDb, null) => new CloudOptions(DynamoDb, AwsEndpoint.Parse(AwsEndpoint.Moto), HasPlatform: false),
            _ => new CloudOptions(store ?? DynamoDb, AwsEndpoint.Parse(endpoint!), HasPlatform: true),
        };
    }
}
