using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;
using CloudWorkstation.MachineRoom;
using CloudWorkstation.MachineRoom.Cloud;
using CloudWorkstation.MachineRoom.Platform;

namespace CloudWorkstation.Benchmarks.TerraformRuns;

/// <summary>An account in moto with the development platform in it, and how a desktop is said to Terraform there.</summary>
internal sealed class Account : IAsyncDisposable
{
    private const string Bucket = "cws-bench-states";
    private readonly MotoServer moto;
    private readonly DirectoryInfo work;
    private readonly JsonNode platform;
    private int desktops;

    private Account(MotoServer moto, DirectoryInfo work, JsonNode platform)
    {
        this.moto = moto;
        this.work = work;
        this.platform = platform;
    }

    public string Region => moto.Environment["AWS_REGION"];

    public static string Template => Path.Combine(Checkout.Find().Templates, "aws-vnc");

    public static string FullModule => Path.Combine(AppContext.BaseDirectory, "TerraformRuns", "full");

    public static async Task<Account> OpenAsync(CancellationToken cancellationToken)
    {
        var server = await MotoServer.StartAsync(cancellationToken);
        foreach (var (name, value) in server.Environment)
            Environment.SetEnvironmentVariable(name, value);
        var directory = Directory.CreateTempSubdirectory("cws-bench-");
        RoomSettings settings = new()
        {
            Data = DataDirectory.At(directory.FullName),
            Endpoint = server.Endpoint,
            Region = server.Environment["AWS_REGION"],
            Environment = "bench",
            StateBucket = Bucket,
            PlatformFile = Path.Combine(directory.FullName, "platform.json"),
            Network = "127.20",
            Api = "http://127.0.0.1:1",
            PublicUrl = "http://127.0.0.1:1",
            SharedProxy = "127.0.0.1:1",
        };
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
        Aws aws = new(http, settings);
        var facts = await new DevelopmentPlatform(new Ec2(aws), new Services(aws), settings).EnsureAsync(cancellationToken);
        return new(server, directory, JsonSerializer.SerializeToNode(facts, Facts.Json)!);
    }

    /// <summary>A desktop that was not there before.</summary>
    public DesktopInAccount Next() => new($"bench{++desktops:0000000}", Directory.CreateDirectory(Path.Combine(work.FullName, $"d{desktops}")).FullName, this);

    public JsonObject Variables(string id, bool on) => new()
    {
        ["desktop"] = new JsonObject { ["id"] = id, ["name"] = "Bench", ["owner"] = "nobody", ["environment"] = "bench" },
        ["platform"] = platform.DeepClone(),
        ["power"] = on ? "on" : "off",
    };

    public JsonObject Backend(string id) => new()
    {
        ["bucket"] = Bucket,
        ["key"] = $"states/bench/{id}/terraform.tfstate",
        ["region"] = Region,
        ["encrypt"] = true,
        ["use_lockfile"] = true,
        ["use_path_style"] = true,
        ["skip_credentials_validation"] = true,
        ["skip_metadata_api_check"] = true,
        ["skip_region_validation"] = true,
        ["skip_requesting_account_id"] = true,
    };

    public async ValueTask DisposeAsync()
    {
        await moto.DisposeAsync();
        work.Delete(recursive: true);
    }
}

internal sealed record DesktopInAccount(string Id, string Directory, Account Account);
