using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Accounts;

/// <summary>The room as the product composes it, on a real database in a directory of its own, with a clock that the test moves.</summary>
internal sealed class AccountsHost : IDisposable
{
    public const string GoodPassword = "four green bottles";

    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal) { ["Accounts:PasswordIterations"] = "1000" };

    private readonly TemporaryDirectory directory = new();
    private readonly Action<IServiceCollection>? more;
    private readonly AccountsHost? storeOf;
    private readonly Func<IDocumentStore, IDocumentStore>? over;
    private IReadOnlyDictionary<string, string?> settings;
    private ServiceProvider services;

    /// <param name="settings">Configuration; by default quick password hashes.</param>
    /// <param name="freshKeys">Makes keys of its own, as an installation does; for tests about keys.</param>
    /// <param name="sharedWith">Another process on the same data directory; it owns the directory.</param>
    /// <param name="over">Puts another store over the database.</param>
    /// <param name="more">Further features.</param>
    /// <param name="storeOf">Another process on another machine, with whose store this one works.</param>
    public AccountsHost(
        IReadOnlyDictionary<string, string?>? settings = null, bool freshKeys = false, AccountsHost? sharedWith = null, AccountsHost? storeOf = null, Func<IDocumentStore, IDocumentStore>? over = null, Action<IServiceCollection>? more = null)
    {
        this.over = over;
        this.more = more;
        this.storeOf = storeOf;
        Paths = sharedWith?.Paths ?? new DataPaths(directory.File("data"));
        this.settings = settings ?? Quick;
        if (!freshKeys)
        {
            ReadyKeys.CopyTo(Paths);
        }

        services = Compose();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public ManualTime Time { get; } = new();

    public Endings Endings { get; } = new();

    public DataPaths Paths { get; }

    public IAccountService Accounts => services.GetRequiredService<IAccountService>();

    public ISessionService Sessions => services.GetRequiredService<ISessionService>();

    public IKeyRing Keys => services.GetRequiredService<IKeyRing>();

    public IRevocations Revocations => services.GetRequiredService<IRevocations>();

    /// <summary>Today's audit trail, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync() =>
        [.. (await Service<IAuditLog>().QueryAsync(Actor.System, new AuditFilter { Limit = 200 }, Token)).Value.Items.Reverse()];

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>As a new process on the same data directory.</summary>
    public void Restart(IReadOnlyDictionary<string, string?>? newSettings = null)
    {
        TestStore.Settle(Paths.Root);
        settings = newSettings ?? settings;
        services.Dispose();
        services = Compose();
    }

    public async Task<Account> CreateAsync(string userName, string password = GoodPassword, params string[] roles)
    {
        var created = await Accounts.CreateAsync(Actor.System, new CreateAccount(userName, null, null, password, roles.Length == 0 ? ["user"] : roles), Token);
        return created.Value.Account.Account;
    }

    /// <summary>For people without a second factor.</summary>
    public async Task<Outcome<SignedIn>> SignInAsync(string userName, string password = GoodPassword)
    {
        var step = await StepAsync(userName, password);
        return step.Problem is { } problem ? problem : step.Value.Session.ShouldNotBeNull();
    }

    public Task<Outcome<SignInStep>> StepAsync(string userName, string password = GoodPassword) =>
        Sessions.SignInAsync(userName, password, "192.0.2.7", "Test/1.0", Token);

    public async Task<Actor> ActorAsync(SignedIn signedIn) => (await Sessions.AuthenticateAsync(signedIn.SessionToken, "192.0.2.7", Token)).Value;

    public async Task<string?> RefusalAsync(SignedIn signedIn) => (await Sessions.AuthenticateAsync(signedIn.SessionToken, null, Token)).Problem?.Code;

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }

    private ServiceProvider Compose()
    {
        var composed = Services();
        more?.Invoke(composed);
        if (storeOf is not null)
        {
            composed.AddSingleton<IDocumentStore>(s => TestStore.Over(new SqliteDocumentStore(storeOf.Paths.Database, s.GetServices<CollectionDefinition>()), storeOf.Paths.Root));
        }

        return composed.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private IServiceCollection Services() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .AddSingleton<TimeProvider>(Time)
        .AddSingleton(Paths)
        .AddSingleton<SortableIds>()
        .AddAudit()
        .AddSingleton<ISessionEndings>(Endings)
        .AddSqliteStore()
        .AddSingleton(s => over?.Invoke(s.GetRequiredService<SqliteDocumentStore>()) ?? TestStore.Over(s.GetRequiredService<SqliteDocumentStore>(), Paths.Root))
        .AddAccounts()
        .AddDirectories()
        .AddAccessRules()
        .AddAccessRequests()
        .AddSingleton<ITemplateCatalogue>(new TestTemplates());
}

/// <summary>Remembers which sessions' ends were announced.</summary>
internal sealed class Endings : ISessionEndings
{
    private readonly List<(string Session, DateTimeOffset Until, string Reason)> all = [];

    public IReadOnlyList<(string Session, DateTimeOffset Until, string Reason)> All
    {
        get
        {
            lock (all)
            {
                return [.. all];
            }
        }
    }

    public void SessionEnded(string sessionId, DateTimeOffset tokensValidUntil, string reason)
    {
        lock (all)
        {
            all.Add((sessionId, tokensValidUntil, reason));
        }
    }
}
