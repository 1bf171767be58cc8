using CloudWorkstation.Manager.Configuration;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Tests.Accounts;

namespace CloudWorkstation.Manager.Tests.Configuration;

/// <summary>An installation with an administrator and one section of settings.</summary>
internal sealed class ConfigurationHost : IDisposable
{
    public ConfigurationHost(IReadOnlyDictionary<string, string?>? settings = null, Func<IDocumentStore, IDocumentStore>? over = null) =>
        Accounts = new AccountsHost(settings, over: over, more: services => services.AddConfigurationFiles().AddSettingsSection<Sample>("sample", Sample.Check));

    public AccountsHost Accounts { get; }

    public IConfigurationFiles Files => Accounts.Service<IConfigurationFiles>();

    public async Task<ConfigurationHost> WithAdminAsync()
    {
        await Accounts.CreateAsync("root", AccountsHost.GoodPassword, "admin");
        return this;
    }

    public Task<Outcome<ConfigurationResult>> ImportAsync(string text, bool prune = false, bool dryRun = false, ISecretSources? secrets = null, Actor? actor = null) =>
        Files.ImportAsync(actor ?? Actor.System, text, secrets ?? new SecretsSent(), new ImportOptions(dryRun, prune), AccountsHost.Token);

    public async Task<string> ExportAsync() => (await Files.ExportAsync(Actor.System, AccountsHost.Token)).Value;

    public async Task<IReadOnlyList<string>> ProblemsAsync(string text, bool prune = false) =>
        [.. ((await ImportAsync(text, prune)).Problem?.Errors ?? []).Select(e => $"{e.Field}|{e.Message}")];

    public void Dispose() => Accounts.Dispose();

    public sealed record Sample
    {
        public string? Host { get; init; }

        public int Port { get; init; } = 25;

        public Colour Colour { get; init; }

        public Secret? Password { get; init; }

        public IReadOnlyList<Item> Items { get; init; } = [];

        public static IReadOnlyList<FieldError> Check(Sample value) =>
        [
            .. value.Port > 0 ? (IEnumerable<FieldError>)[] : [new FieldError("port", "The port must be 1 or more.")],
            .. value.Items.Select((item, index) => (item, index)).Where(i => i.item.Name.Length == 0).Select(i => new FieldError($"items[{i.index}].name", "Give it a name.")),
        ];
    }

    public sealed record Item
    {
        public string Name { get; init; } = "";

        public Secret? Key { get; init; }
    }

    public enum Colour
    {
        Red,
        DarkBlue,
    }
}
