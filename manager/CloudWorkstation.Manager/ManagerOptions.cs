using CloudWorkstation.Manager.Terraform.State;

namespace CloudWorkstation.Manager;

/// <summary>Settings of the manager, from configuration (environment variables with the prefix <c>CWS_</c>, <c>__</c> nests).</summary>
public sealed record ManagerOptions
{
    /// <value>Names the installation to templates. The default value is <c>local</c>.</value>
    public string Environment { get; init; } = "local";

    /// <value>Address of the shared desktop proxy that routes point to. The default value is <c>127.0.0.1:8083</c>.</value>
    public string DesktopProxy { get; init; } = "127.0.0.1:8083";

    /// <value>guacd's <c>host:port</c> as the desktop proxies reach it; null where there is none. Here it only matters that there is one.</value>
    public string? Guacd { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    public StoreOptions Store { get; init; } = new();

    public QuotaOptions Quota { get; init; } = new();

    public JobsOptions Jobs { get; init; } = new();

    public TerraformLimits Terraform { get; init; } = new();

    public StateOptions State { get; init; } = new();

    public ReadinessOptions Readiness { get; init; } = new();

    public AwsOptions Aws { get; init; } = new();

    public AuditOptions Audit { get; init; } = new();
}

public sealed record AuditOptions
{
    /// <value>Days that an entry of the audit trail is kept, 1 to 3650. The default value is 365.</value>
    public int Days
    {
        get;
        init => field = value is >= 1 and <= 3650 ? value : throw new InvalidOperationException($"CWS_AUDIT__DAYS is {value}; set it to 1 to 3650.");
    } = 365;
}

public sealed record StoreOptions
{
    public const string Sqlite = "sqlite";
    public const string DynamoDb = "dynamodb";

    /// <value><c>sqlite</c> (a file in the data directory) or <c>dynamodb</c>. The default value is <c>sqlite</c>.</value>
    public string Kind { get; init; } = Sqlite;

    /// <value>DynamoDB's table; null for <c>cws-</c> and the environment's name.</value>
    public string? Table { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <value>Whether a missing table is created: for development. The default value is false.</value>
    public bool Create { get; init; }
}

public sealed record QuotaOptions
{
    /// <value>Desktops that one person may have in all. The default value is 5.</value>
    public int PerUser { get; init; } = 5;
}

public sealed record JobsOptions
{
    /// <value>Whether this process runs jobs, or only hands them over. The default value is true.</value>
    public bool Host { get; init; } = true;

    /// <value>Operations that run at once in this process. The default value is 2.</value>
    public int Slots { get; init; } = 2;

    /// <value>Connection string of a PostgreSQL database that a cluster of workers shares; null for SQLite in the data directory.</value>
    public string? Postgres { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <value>How long an attempt may stay silent before another worker takes over. The default value is 20 seconds.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    /// <value>How often a running attempt extends its lease and looks for a cancel. The default value is 5 seconds.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>Shortest time between two writes of progress and log. The default value is half a second.</value>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>How often the sweeper looks for operations without a job. The default value is 5 seconds.</value>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>How often running desktops are checked for an answering screen. The default value is 60 seconds.</value>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(60);

    /// <value>How often running desktops are looked at for being idle. The default value is 15 seconds.</value>
    public TimeSpan IdleCheck { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>Attempts for failures that pass by themselves. The default value is 3.</value>
    public int MaximumAttempts { get; init; } = 3;

    /// <value>Wait before the second attempt; doubles with each. The default value is 5 seconds.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);
}

public sealed record TerraformLimits
{
    /// <value>Time between asking Terraform to stop and killing it. The default value is 30 seconds.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Hard limit of one run. The default value is 30 minutes.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);
}

public sealed record ReadinessOptions
{
    /// <value>How long a built desktop's screen may take to answer. The default value is 60 seconds.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <value>Wait before the second try; grows to a second. The default value is 20 milliseconds.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(20);
}

public sealed record AwsOptions
{
    /// <value>How often machines are compared with the store; null for every 20 seconds once there is a platform or a desktop with a machine.</value>
    public TimeSpan? Watch { get; init; }
}
