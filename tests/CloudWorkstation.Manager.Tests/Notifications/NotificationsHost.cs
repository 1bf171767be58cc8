using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>The room as the product composes it, on a real database. Nothing runs by itself: a test turns notices and sends by hand, or starts the worker.</summary>
internal sealed class NotificationsHost : IDisposable
{
    public const string SigningSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=";

    private readonly TemporaryDirectory? owned;
    private readonly ServiceProvider services;

    public NotificationsHost(WebhookReceiver? receiver = null, NotificationsHost? onSameData = null, Dictionary<string, string?>? settings = null)
    {
        owned = onSameData is null ? new TemporaryDirectory() : null;
        Paths = onSameData?.Paths ?? new DataPaths(owned!.File("data"));
        ReadyKeys.CopyTo(Paths);
        services = Compose(receiver is not null, settings ?? []).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public DataPaths Paths { get; }

    public CuttableStore Store => (CuttableStore)Service<IDocumentStore>();

    public INotices Notices => Service<INotices>();

    public IWebhookService Webhooks => Service<IWebhookService>();

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    public static Webhook To(string name, string url, params string[] events) =>
        new() { Name = name, Url = url, Secret = Secret.Of(SigningSecret), Events = events.Length == 0 ? ["*"] : events };

    public async Task SetAsync(params Webhook[] webhooks)
    {
        var set = await Service<ISettings<NotificationsSettings>>().ReplaceAsync(Actor.System, new NotificationsSettings { Webhooks = webhooks }, null, Token);
        set.Problem.ShouldBeNull();
    }

    /// <summary>Something happens: the notice is committed as whatever causes it would.</summary>
    public async Task HappensAsync(DocumentWrite notice) => (await Store.CommitAsync([notice], Token)).Committed.ShouldBeTrue();

    /// <summary>An event of no consequence, of a name to tell it by.</summary>
    public Task HappensAsync(string name) => HappensAsync(Notices.ApprovalAsked(name, name, null));

    /// <summary>Until nothing waits to be turned.</summary>
    public async Task TurnAsync() => await Service<NoticeDispatcher>().DispatchAsync(Token);

    public async Task SendAsync(string webhook) => await Service<WebhookSender>().SendDueAsync(webhook, Token);

    public async Task<IReadOnlyList<Delivery>> DeliveriesAsync(string? webhook = null) =>
        [.. (await Webhooks.DeliveriesAsync(Actor.System, webhook, null, 200, null, Token)).Value.Items.Reverse()];

    public async Task<WebhookStatus> StatusAsync(string webhook) => (await Webhooks.StatusAsync(Actor.System, Token)).Value.Single(w => w.Name == webhook);

    public async Task<IReadOnlyList<Notice>> WaitingAsync()
    {
        var notices = NoticeDocuments.In(Store);
        return [.. (await notices.QueryAsync(notices.Query(NoticeDocuments.Pending, NoticeDocuments.Everything), Token)).Items.Select(i => i.Value)];
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(40);
        while (!await condition())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"Waited in vain for {what}.");
            await Task.Delay(20, Token);
        }
    }

    public void Dispose()
    {
        services.Dispose();
        owned?.Dispose();
    }

    private IServiceCollection Compose(bool trusting, Dictionary<string, string?> settings)
    {
        Dictionary<string, string?> all = new(StringComparer.Ordinal)
        {
            ["Accounts:PasswordIterations"] = "1000",
            ["Notifications:Poll"] = "00:00:00.050",
            ["Notifications:RetryDelay"] = "00:00:00.010",
            ["Notifications:AllowedNetworks"] = "127.0.0.0/8",
        };
        if (trusting)
        {
            Directory.CreateDirectory(Paths.Root);
            var trusted = Path.Combine(Paths.Root, $"{Guid.NewGuid():N}.pem");
            File.WriteAllText(trusted, WebhookReceiver.CertificatePem);
            all["Notifications:Authorities"] = trusted;
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Paths)
            .AddSingleton<SortableIds>()
            .AddAudit()
            .AddSqliteStore()
            .AddSingleton<IDocumentStore>(s => new CuttableStore(TestStore.Over(s.GetRequiredService<SqliteDocumentStore>(), Paths.Root)))
            .AddAccounts()
            .AddAccessRules()
            .AddAccessRequests()
            .AddSingleton<ITemplateCatalogue>(new TestTemplates())
            .AddSingleton(Leadership.Definition)
            .AddSingleton<Leadership>()
            .AddSingleton<WorkerIdentity>()
            .AddMail()
            .AddNotifications(configuration);
    }
}
