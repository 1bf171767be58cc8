using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Registration.Directories;
using CloudWorkstation.Manager.Registration.Passwords;
using CloudWorkstation.Manager.Registration.Proofs;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Tests.Registration;

/// <summary>Registration, accounts and mail on a real database, with a clock that the test moves. Mails are read from where they are kept when no server is set.</summary>
internal sealed partial class RegistrationHost : IDisposable
{
    public const string Password = "four green bottles";
    public const int ProofBits = 5;
    private readonly TemporaryDirectory directory = new();
    private readonly ServiceProvider services;
    private int addresses;

    /// <param name="onSameData">Another process on the same data; the first one owns the directory.</param>
    /// <param name="writer">The directory that accounts are made in.</param>
    /// <param name="directories">Directories as the product has them.</param>
    public RegistrationHost(RegistrationHost? onSameData = null, IDirectoryWriter? writer = null, bool directories = false)
    {
        Paths = onSameData?.Paths ?? new DataPaths(directory.File("data"));
        Time = onSameData?.Time ?? new Parts.ManualTime();
        ReadyKeys.CopyTo(Paths);
        var composed = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("PublicUrl", "https://desktops.example.org"), new("Accounts:PasswordIterations", "1000"), new("Registration:ProofBits", $"{ProofBits}")]).Build())
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Paths)
            .AddSingleton<SortableIds>()
            .AddAudit()
            .AddSqliteStore()
            .AddSingleton<IDocumentStore>(s => new CuttableStore(s.GetRequiredService<SqliteDocumentStore>()))
            .AddSingleton<ISessionEndings>(Endings)
            .AddAccounts()
            .AddAccessRules()
            .AddAccessRequests()
            .AddSingleton<ITemplateCatalogue>(new TestTemplates())
            .AddSingleton<WorkerIdentity>()
            .AddSingleton(Leadership.Definition)
            .AddSingleton<Leadership>()
            .AddMail()
            .AddRegistration();
        if (directories)
        {
            composed.AddDirectories();
        }

        if (writer is not null)
        {
            composed.AddSingleton(writer);
        }

        services = composed.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Actor Admin { get; } = new("acc-admin", "root-of-all", ["user", "admin"], []);

    public DataPaths Paths { get; }

    public Parts.ManualTime Time { get; }

    public Endings Endings { get; } = new();

    public LogLines Log { get; } = new();

    public CuttableStore Store => (CuttableStore)Get<IDocumentStore>();

    public IRegistrationService Registrations => Get<IRegistrationService>();

    public IRegistrationDesk Desk => Get<IRegistrationDesk>();

    public IPasswordResets Resets => Get<IPasswordResets>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task OpenAsync(RegistrationSettings? rules = null)
    {
        var opened = (rules ?? new RegistrationSettings()) with { Enabled = true, Domains = rules is { Domains.Count: > 0 } ? rules.Domains : ["example.org"] };
        var outcome = await Get<ISettings<RegistrationSettings>>().ReplaceAsync(Admin, opened, null, Token);
        outcome.Problem.ShouldBeNull();
        Time.Advance(TimeSpan.FromSeconds(2));
    }

    /// <summary>The work of a new challenge, as a browser at an address of its own does it.</summary>
    public Proof Proof() => Solve(Registrations.NewChallenge("192.0.2." + Interlocked.Increment(ref addresses)));

    public static Proof Solve(ProofChallenge challenge) => new()
    {
        Challenge = challenge.Challenge,
        Solutions = [.. Enumerable.Range(0, challenge.Parts).Select(part => FirstSolution(challenge, part))],
    };

    public RegistrationRequest Request(string userName = "alice", string email = "alice@example.org", string password = Password, Proof? proof = null) =>
        new(userName, "Alice Example", email, password, proof ?? Proof());

    public Task<Outcome<bool>> AskAsync(string userName = "alice", string email = "alice@example.org", string password = Password) =>
        Registrations.RequestAsync(Request(userName, email, password), "192.0.2.1", Token);

    /// <summary>Asks, and returns the secret of the link that was mailed.</summary>
    public async Task<string> AskForLinkAsync(string userName = "alice", string email = "alice@example.org", string password = Password)
    {
        (await AskAsync(userName, email, password)).Problem.ShouldBeNull();
        return await LinkAsync(email);
    }

    public Task<Outcome<VerifiedRegistration>> VerifyAsync(string token, string? userName = null) => Registrations.VerifyAsync(token, userName, "192.0.2.1", Token);

    /// <summary>The secret behind the # of the newest mail with a link.</summary>
    public async Task<string> LinkAsync(string to, string page = "verify")
    {
        var mail = (await MailsAsync()).First(m => m.Summary.To == to && m.Text!.Contains("/sign-in/" + page + "#", StringComparison.Ordinal));
        return Link().Match(mail.Text!).Groups["token"].Value;
    }

    /// <summary>All mails, newest first, with their texts.</summary>
    public async Task<IReadOnlyList<MailView>> MailsAsync()
    {
        await Get<MailDelivery>().DeliverAsync(Token);
        var mails = new List<MailView>();
        foreach (var summary in (await Get<IMailbox>().ListAsync(Admin, 200, null, Token)).Value.Items)
        {
            mails.Add((await Get<IMailbox>().GetAsync(Admin, summary.Id, Token)).Value);
        }

        return mails;
    }

    public async Task<IReadOnlyList<string>> KindsAsync(string to) => [.. (await MailsAsync()).Where(m => m.Summary.To == to).Select(m => m.Summary.Kind)];

    public async Task<Outcome<SignedIn>> SignInAsync(string userName, string password = Password)
    {
        var outcome = await Get<ISessionService>().SignInAsync(userName, password, "192.0.2.7", "Test/1.0", Token);
        return outcome.Problem is { } problem ? problem : outcome.Value.Session!;
    }

    public async Task<Account> CreateAsync(string userName, string? email, string? password = Password, params string[] roles) =>
        (await Get<IAccountService>().CreateAsync(Actor.System, new CreateAccount(userName, null, email, password, roles.Length == 0 ? ["user"] : roles), Token)).Value.Account.Account;

    public async Task<RegistrationView> OnlyAsync(RegistrationState state) => (await Desk.ListAsync(Admin, state, 50, null, Token)).Value.Items.ShouldHaveSingleItem();

    public Task<int> RunAsync() => Get<DirectoryCreation>().RunDueAsync(Token);

    /// <summary>Everything that the database's files hold, as text.</summary>
    public string RawStore()
    {
        var bytes = Directory.EnumerateFiles(Paths.Root, "cloudworkstation.db*").SelectMany(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        });
        return Encoding.Latin1.GetString([.. bytes]);
    }

    /// <summary>One stored document as it is.</summary>
    public async Task<string> DocumentAsync(string collection, string id) =>
        Encoding.UTF8.GetString((await Store.GetAsync(new DocumentKey(collection, id), Token)).ShouldNotBeNull().Json.Span);

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }

    private static long FirstSolution(ProofChallenge challenge, int part)
    {
        long number = 0;
        while (!ProofOfWork.IsSolved(challenge.Seed, part, number, challenge.Bits))
        {
            number++;
        }

        return number;
    }

    [GeneratedRegex("https://desktops\\.example\\.org/sign-in/[a-z]+#(?<token>[A-Za-z0-9._-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Link();
}

/// <summary>Everything that is logged at any level.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly StringBuilder all = new();

    public string All
    {
        get
        {
            lock (all)
            {
                return all.ToString();
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Lines(all);

    public void Dispose()
    {
    }

    private sealed class Lines(StringBuilder all) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (all)
            {
                all.Append(CultureInfo.InvariantCulture, $"{formatter(state, exception)} {exception}\n");
            }
        }
    }
}

/// <summary>A directory that does what a test says: fails, hangs up after the work, or has somebody of the name.</summary>
internal sealed class ScriptedDirectory : IDirectoryWriter
{
    public Dictionary<string, NewDirectoryUser> Entries { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Queue<Problem> Problems { get; } = new();

    public int Asked { get; private set; }

    public Action? AfterWork { get; set; }

    public Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(["campus"]);

    public Task<Outcome<DirectoryEntry>> CreateAsync(string directoryName, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        Asked++;
        if (Problems.TryDequeue(out var problem))
        {
            return Task.FromResult<Outcome<DirectoryEntry>>(problem);
        }

        if (Entries.TryGetValue(user.UserName, out var there) && there.Request != user.Request)
        {
            return Task.FromResult<Outcome<DirectoryEntry>>(new Problem(ProblemKind.Conflict, "user_name_taken", "The name is taken."));
        }

        Entries[user.UserName] = user;
        AfterWork?.Invoke();
        return Task.FromResult<Outcome<DirectoryEntry>>(new DirectoryEntry(directoryName, $"uid={user.UserName}", user.Request, user.UserName));
    }
}
