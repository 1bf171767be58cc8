using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Mail;

/// <summary>Mail on a real database, with a clock that the test moves; rounds of delivery are what the test asks for.</summary>
internal sealed class MailHost : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ServiceProvider services;

    public MailHost()
    {
        var paths = new DataPaths(directory.File("data"));
        ReadyKeys.CopyTo(paths);
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("PublicUrl", "https://desktops.example.org")]).Build())
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(paths)
            .AddSingleton<SortableIds>()
            .AddAudit()
            .AddSqliteStore()
            .AddSingleton<IDocumentStore>(s => new CuttableStore(s.GetRequiredService<SqliteDocumentStore>()))
            .AddAccounts()
            .AddAccessRules()
            .AddSingleton<ITemplateCatalogue>(new TestTemplates())
            .AddSingleton<WorkerIdentity>()
            .AddSingleton(Leadership.Definition)
            .AddSingleton<Leadership>()
            .AddMail()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Actor Admin { get; } = new("acc-admin", "admin", ["user", "admin"], []);

    public Parts.ManualTime Time { get; } = new();

    public CuttableStore Store => (CuttableStore)Get<IDocumentStore>();

    public IMailbox Mailbox => Get<IMailbox>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task UseAsync(MailSettings server)
    {
        (await Get<ISettings<MailSettings>>().ReplaceAsync(Admin, server, null, Token)).Succeeded.ShouldBeTrue();
        Time.Advance(TimeSpan.FromSeconds(2));
    }

    public async Task<MailSummary> PostAsync(string to = "alice@example.org", string subject = "Hello", string text = "The link is https://desktops.example.org/#secret-token", DateTimeOffset? until = null)
    {
        var write = Get<IMailer>().Outbox(new MailMessage { To = to, Subject = subject, Text = text, Kind = "test", UsefulUntil = until });
        (await Get<IDocumentStore>().CommitAsync([write], Token)).Committed.ShouldBeTrue();
        return (await MailAsync(write.Key.Id))!;
    }

    /// <summary>As the product runs them.</summary>
    public MailRounds Rounds() => ActivatorUtilities.CreateInstance<MailRounds>(services);

    /// <summary>Another process writes a mail: nobody here hears of it.</summary>
    public async Task<string> PostElsewhereAsync()
    {
        var write = Get<IMailer>().Outbox(new MailMessage { To = "bob@example.org", Subject = "Hello", Text = "Elsewhere.", Kind = "test" });
        using var other = new SqliteDocumentStore(Get<DataPaths>().Database, services.GetServices<CollectionDefinition>());
        (await other.CommitAsync([write], Token)).Committed.ShouldBeTrue();
        return write.Key.Id;
    }

    public Task<int> DeliverAsync() => Get<MailDelivery>().DeliverAsync(Token);

    /// <summary>Null when it is gone.</summary>
    public async Task<MailSummary?> MailAsync(string id)
    {
        var found = await Mailbox.GetAsync(Admin, id, Token);
        return found.Succeeded ? found.Value.Summary : null;
    }

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }
}
