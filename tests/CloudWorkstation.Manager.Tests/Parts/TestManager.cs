using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Bans;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moq;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>
/// The manager on a real SQLite store in a temporary directory, whose indexes are late where that is asked for (<see cref="TestStore"/>). Not started, a test drives operations one by one; started, real Quartz does.
/// Terraform is scripted, and so is the wait for the screen; the screen's address is a real listener.
/// </summary>
internal sealed class TestManager : IAsyncDisposable
{
    private readonly TemporaryDirectory? owned;
    private readonly TcpListener screen = new(IPAddress.Loopback, 0);

    public TestManager(TestManager? onSameData = null, TimeProvider? time = null, bool jobs = false, Dictionary<string, string?>? settings = null, string? worker = null, Action<IServiceCollection>? configure = null, bool faults = false)
    {
        owned = onSameData is null ? new TemporaryDirectory() : null;
        Paths = new DataPaths(owned?.Path ?? onSameData!.Paths.Root);
        screen.Start();
        Ended.Setup(e => e.LiveAsync(It.IsAny<CancellationToken>())).ReturnsAsync([]);
        Terraform = new ScriptedTerraform(ScreenPort);
        Host = Build(time, jobs, settings ?? [], worker, configure, faults);
    }

    public static Actor Alice { get; } = new("acc-alice", "alice", ["user"], [], "ses-alice");

    public static Actor Bob { get; } = new("acc-bob", "bob", ["user"], [], "ses-bob");

    public static Actor Admin { get; } = new("acc-admin", "admin", ["user", "admin"], [], "ses-admin");

    public DataPaths Paths { get; }

    public IHost Host { get; }

    public ScriptedTerraform Terraform { get; }

    public TestTemplates Templates { get; } = new();

    public CuttableStore Store => (CuttableStore)Get<IDocumentStore>();

    public FaultyStore Faults => (FaultyStore)Get<IDocumentStore>();

    public IDesktopService Desktops => Get<IDesktopService>();

    public IOperationService Operations => Get<IOperationService>();

    public Mock<ISessionService> Sessions { get; } = new();

    public Mock<IRevocations> Ended { get; } = new();

    /// <value>What the wait for a screen answers; null for ready.</value>
    public FailureCause? Screen { get; set; }

    public int ScreenPort => ((IPEndPoint)screen.LocalEndpoint).Port;

    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    public async Task<AcceptedChange> CreateAsync(Actor actor, string name = "My desktop", string template = "local-vnc") =>
        (await Desktops.CreateAsync(actor, new CreateDesktop(template, name, new Dictionary<string, System.Text.Json.JsonElement>()), Token)).Value;

    /// <summary>Creates a desktop and runs the operation to its end.</summary>
    public async Task<Desktop> BuildAsync(Actor actor, string name = "My desktop")
    {
        var accepted = await CreateAsync(actor, name);
        await RunAsync(accepted.Operation!.Id);
        return await ReadAsync(accepted.Desktop.Desktop.Id);
    }

    public Task RunAsync(string operation) => Get<OperationRunner>().RunAsync(operation, CancellationToken.None);

    public async Task<Desktop> ReadAsync(string id) => (await Desktops.GetAsync(Admin, id, Token)).Value.Desktop;

    public async Task<Operation> OperationAsync(string id) => (await Operations.GetAsync(Admin, id, Token)).Value;

    public void StopScreen() => screen.Stop();

    public async Task<Operation> EndAsync(string operation)
    {
        Operation current = null!;
        await Until(async () => !(current = await OperationAsync(operation)).IsActive, $"operation {operation} to end");
        return current;
    }

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!await condition())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"Waited in vain for {what}.");
            await Task.Delay(10, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)Host).DisposeAsync();
        screen.Dispose();
        owned?.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IHost Build(TimeProvider? time, bool jobs, Dictionary<string, string?> settings, string? worker, Action<IServiceCollection>? configure, bool faults)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        var all = new Dictionary<string, string?>
        {
            ["Jobs:Host"] = jobs ? "true" : "false",
            ["Jobs:ProgressInterval"] = "00:00:00.020",
            ["Jobs:Sweep"] = "00:00:00.200",
            ["Jobs:RetryDelay"] = "00:00:00.050",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(all);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var services = builder.Services;
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddManagerCore(builder.Configuration, Paths).AddManagerRequests().AddSqliteStore();
        services.AddSingleton<IDocumentStore>(s => new CuttableStore(TestStore.Over(s.GetRequiredService<SqliteDocumentStore>(), Paths.Root)));
        if (faults)
        {
            services.AddSingleton<IDocumentStore>(s => new FaultyStore(s.GetRequiredService<SqliteDocumentStore>()));
        }

        services.AddSingleton<ITerraformRunner>(Terraform).AddSingleton<ITemplateCatalogue>(Templates).AddSingleton<IParameterValidator>(Templates);
        services.AddSingleton(AccountUserStore.Definition).AddSingleton(AccountUserStore.Names).AddSingleton<AccountUserStore>();
        services.AddSingleton(Sessions.Object).AddSingleton(Mock.Of<IBans>()).AddSingleton(Keys()).AddSingleton(Ended.Object).AddSingleton<IScreenWait>(new InstantScreen(this));
        if (worker is not null)
        {
            services.AddSingleton(new WorkerIdentity { Id = worker });
        }

        configure?.Invoke(services);
        return builder.Build();
    }

    private static IKeyRing Keys()
    {
        var keys = new Mock<IKeyRing>();
        keys.Setup(k => k.Current).Returns(Signing);
        keys.Setup(k => k.DesktopProxyKey).Returns(Proxies);
        keys.Setup(k => k.Published).Returns([]);
        return keys.Object;
    }

    public static RsaKey Signing { get; } = RsaKey.Create("signing");

    public static RsaKey Proxies { get; } = RsaKey.Create("proxies");

    private sealed class InstantScreen(TestManager manager) : IScreenWait
    {
        public Task<FailureCause?> UntilReadyAsync(Screen screen, string password, Action machineAnswers, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(manager.Screen);
        }
    }
}
