using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Settings;

public sealed class SettingsTests : IDisposable
{
    private const int Timeout = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryDirectory directory = new();
    private readonly List<ServiceProvider> processes = [];

    [Fact(Timeout = Timeout)]
    public async Task What_nobody_has_set_has_its_defaults()
    {
        var view = await Process().ReadAsync(None);

        view.Value.Port.ShouldBe(25);
        view.Version.ShouldBe(0);
        view.Fixed.ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_counts_at_once_here_and_is_there_for_the_next_process()
    {
        var settings = Process();

        (await SetAsync(settings, new Sample { Port = 587 })).Version.ShouldBe(1);

        (await settings.CurrentAsync(None)).Port.ShouldBe(587);
        (await Process().CurrentAsync(None)).Port.ShouldBe(587);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_comes_back_whole_and_is_in_clear_nowhere()
    {
        var settings = Process();
        var view = await SetAsync(settings, new Sample { Password = Secret.Of("open sesame") });

        (await Process().CurrentAsync(None)).Password!.Reveal().ShouldBe("open sesame");
        JsonSerializer.Serialize(view.Value, ProductJson.Options).ShouldContain("""{"set":true}""");
        view.Value.ToString().ShouldNotContain("sesame");
        foreach (var file in Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories))
        {
            Encoding.Latin1.GetString(await ReadSharedAsync(file)).ShouldNotContain("open sesame", customMessage: file);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_that_is_sent_back_as_set_is_kept_also_when_its_item_has_moved()
    {
        var settings = Process();
        await SetAsync(settings, new Sample
        {
            Password = Secret.Of("one"),
            Items = [new SampleItem { Name = "a", Key = Secret.Of("of a") }, new SampleItem { Name = "b", Key = Secret.Of("of b") }],
        });

        var again = await SetAsync(settings, new Sample
        {
            Password = Secret.Kept,
            Items = [new SampleItem { Name = "b", Key = Secret.Kept }, new SampleItem { Name = "new", Key = Secret.Kept }],
        });

        again.Value.Password!.Reveal().ShouldBe("one");
        again.Value.Items[0].Key!.Reveal().ShouldBe("of b");
        again.Value.Items[1].Key.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_that_is_left_out_is_gone()
    {
        var settings = Process();
        await SetAsync(settings, new Sample { Password = Secret.Of("one") });

        (await SetAsync(settings, new Sample())).Value.Password.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_does_not_follow_to_another_address_unless_it_is_entered_again()
    {
        var settings = Process();
        await SetAsync(settings, new Sample { Items = [new SampleItem { Name = "a", Url = "https://here", Key = Secret.Of("of a"), Headers = [new SampleHeader { Name = "token", Value = Secret.Of("t") }] }] });
        Sample At(string url, Secret key, Secret header) => new() { Items = [new SampleItem { Name = "a", Url = url, Key = key, Headers = [new SampleHeader { Name = "token", Value = header }] }] };

        var refused = await settings.ReplaceAsync(Actor.System, At("https://there", Secret.Kept, Secret.Kept), null, None);

        refused.Problem!.Errors.Select(e => e.Field).ShouldBe(["items[0].key", "items[0].headers[0].value"]);
        (await SetAsync(settings, At("https://here", Secret.Kept, Secret.Kept))).Value.Items[0].Key!.Reveal().ShouldBe("of a");
        (await SetAsync(settings, At("https://there", Secret.Of("new"), Secret.Of("newer")))).Value.Items[0].Key!.Reveal().ShouldBe("new");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_broken_rule_changes_nothing()
    {
        var settings = Process();

        var refused = await settings.ReplaceAsync(Actor.System, new Sample { Port = 0 }, null, None);

        refused.Problem!.Errors.Single().Field.ShouldBe("port");
        (await settings.ReadAsync(None)).Version.ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_built_on_an_older_version_is_refused()
    {
        var settings = Process();
        await SetAsync(settings, new Sample { Port = 1 });

        (await settings.ReplaceAsync(Actor.System, new Sample { Port = 2 }, 0, None)).Problem!.Code.ShouldBe("stale");
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_who_may_manage_the_platform_changes_settings()
    {
        var refused = await Process().ReplaceAsync(TestManager.Alice, new Sample(), null, None);

        refused.Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_the_operator_has_configured_wins_and_cannot_be_changed()
    {
        await SetAsync(Process(), new Sample { Port = 1 });
        var settings = Process(
            ("Settings:sample:port", "2525"), ("Settings:sample:password", "given"), ("Settings:sample:items:0:name", "a"), ("Settings:sample:items:0:key", "k"));

        var view = await settings.ReadAsync(None);

        view.Fixed.ShouldBeTrue();
        view.Value.Port.ShouldBe(2525);
        view.Value.Password!.Reveal().ShouldBe("given");
        view.Value.Items.Single().Key!.Reveal().ShouldBe("k");
        (await settings.ReplaceAsync(Actor.System, new Sample(), null, None)).Problem!.Code.ShouldBe("settings_fixed");
    }

    [Fact(Timeout = Timeout)]
    public void An_operator_who_breaks_a_rule_or_misspells_a_setting_is_told_at_the_start()
    {
        Should.Throw<InvalidOperationException>(() => Process(("Settings:sample:port", "0"))).Message.ShouldContain("port");
        Should.Throw<InvalidOperationException>(() => Process(("Settings:sample:prot", "25"))).Message.ShouldContain("prot");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_audit_trail_tells_before_and_after_without_secrets()
    {
        var settings = Process();
        await SetAsync(settings, new Sample { Port = 1, Password = Secret.Of("one") });
        await SetAsync(settings, new Sample { Port = 2, Password = Secret.Kept });

        var entry = (await processes[^1].GetRequiredService<IAuditLog>().QueryAsync(Actor.System, new AuditFilter(), None)).Value.Items[0];

        entry.Action.ShouldBe("settings.change");
        entry.Target.ShouldBe("settings/sample");
        entry.Change.ShouldNotBeNull().Before.ToString().ShouldBe("""{"port":1}""");
        entry.Change.After.ToString().ShouldBe("""{"port":2}""");
    }

    public void Dispose()
    {
        processes.ForEach(p => p.Dispose());
        directory.Dispose();
    }

    private static async Task<SettingsView<Sample>> SetAsync(ISettings<Sample> settings, Sample value) =>
        (await settings.ReplaceAsync(Actor.System, value, null, None)).Value;

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private ISettings<Sample> Process(params (string Key, string? Value)[] configuration)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration.Select(c => KeyValuePair.Create(c.Key, c.Value))).Build())
            .AddSingleton(new DataPaths(directory.Path))
            .AddSingleton<SortableIds>()
            .AddKeyStorage()
            .AddAudit()
            .AddSettingsSection<Sample>("sample", Sample.Check)
            .AddSqliteStore()
            .BuildServiceProvider();
        processes.Add(services);
        return services.GetRequiredService<ISettings<Sample>>();
    }

    private sealed record Sample
    {
        public int Port { get; init; } = 25;

        public Secret? Password { get; init; }

        public IReadOnlyList<SampleItem> Items { get; init; } = [];

        public static IReadOnlyList<FieldError> Check(Sample value) => value.Port > 0 ? [] : [new FieldError("port", "The port must be 1 or more.")];
    }

    private sealed record SampleItem
    {
        public string Name { get; init; } = "";

        public string? Url { get; init; }

        [SentTo(nameof(Url))]
        public Secret? Key { get; init; }

        [SentTo(nameof(Url))]
        public IReadOnlyList<SampleHeader> Headers { get; init; } = [];
    }

    private sealed record SampleHeader
    {
        public string Name { get; init; } = "";

        public Secret? Value { get; init; }
    }
}
