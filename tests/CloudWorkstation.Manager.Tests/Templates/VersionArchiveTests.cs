using System.Text;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Templates.Versions;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Templates;

/// <summary>Machines of their own with one store in common: what one keeps, another finds.</summary>
public sealed class VersionArchiveTests : IDisposable
{
    private const int Limit = 60_000;
    private const UnixFileMode Runs = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    private readonly TemplateFiles here = new();
    private readonly TemplateFiles elsewhere = new();
    private readonly SqliteDocumentStore store;

    public VersionArchiveTests() => store = new SqliteDocumentStore(
        Path.Combine(here.Root, "store.db"), [VersionArchive.VersionDefinition, VersionArchive.PieceDefinition]);

    public void Dispose()
    {
        store.Dispose();
        here.Dispose();
        elsewhere.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_pinned_version_comes_to_a_machine_that_never_had_the_template_whole_and_with_its_description()
    {
        var script = here.WithDemo().Write("demo/scripts/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(script, Runs);
        here.Write("demo/empty.tf", "");
        var pinned = await PinAsync();

        using var other = Catalogue(elsewhere);
        var found = (await other.ObtainAsync("demo", pinned.Version, Token)).ShouldNotBeNull();

        found.Directory.ShouldStartWith(elsewhere.Data.TemplateVersions);
        Listing(found.Directory).ShouldBe(Listing(pinned.Directory));
        File.GetUnixFileMode(Path.Combine(found.Directory, "scripts/run.sh")).ShouldBe(Runs);
        TemplateContent.Of(found.Directory).Hash().ShouldBe(pinned.Version);
        (found.Title, found.Parameters[0].Options.Count, found.Parameters[0].HourlyCost["large"]).ShouldBe(("Demo", 2, 0.16m));
        other.FindVersion("demo", pinned.Version).ShouldBe(found);
        other.Find("demo").ShouldBeNull("it is known there and not offered");
    }

    [Fact(Timeout = Limit)]
    public async Task Content_above_a_documents_limit_goes_in_pieces_and_comes_back()
    {
        var noise = new byte[1_000_000];
        new Random(7).NextBytes(noise);
        here.WithDemo().Write("demo/blob.txt", Convert.ToBase64String(noise));
        var pinned = await PinAsync();

        using var other = Catalogue(elsewhere);
        var found = (await other.ObtainAsync("demo", pinned.Version, Token)).ShouldNotBeNull();

        (await File.ReadAllBytesAsync(Path.Combine(found.Directory, "blob.txt"), Token)).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(pinned.Directory, "blob.txt"), Token));
    }

    [Fact(Timeout = Limit)]
    public async Task A_machine_that_lost_its_disk_gets_the_version_back()
    {
        here.WithDemo();
        var pinned = await PinAsync();
        using var catalogue = Catalogue(here);
        Directory.Delete(here.Data.TemplateVersions, recursive: true);

        var found = (await catalogue.ObtainAsync("demo", pinned.Version, Token)).ShouldNotBeNull();

        File.Exists(Path.Combine(found.Directory, "main.tf")).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Machines_that_pin_and_obtain_at_once_agree()
    {
        here.WithDemo();
        elsewhere.WithDemo();
        using var one = Catalogue(here);
        using var two = Catalogue(elsewhere);
        var version = one.Find("demo")!.Version;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => i % 2 == 0 ? one.PinAsync(one.Find("demo")!, Token) : two.PinAsync(two.Find("demo")!, Token))));
        using var empty = new TemplateFiles();
        using var third = Catalogue(empty);
        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await third.ObtainAsync("demo", version, Token))));

        found.ShouldAllBe(template => template != null && template.Version == version);
        Directory.EnumerateDirectories(Path.Combine(empty.Data.TemplateVersions, "demo")).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_nobody_pinned_is_none()
    {
        using var catalogue = Catalogue(here);

        (await catalogue.ObtainAsync("demo", new string('0', 64), Token)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Content_that_was_changed_in_the_store_is_refused()
    {
        here.WithDemo();
        var pinned = await PinAsync();
        var key = new DocumentKey("template-pieces", $"demo:{pinned.Version}:0000");
        var piece = (await store.GetAsync(key, Token)).ShouldNotBeNull();
        using var evil = new TemplateFiles();
        evil.WithDemo(module: TemplateFiles.Module + "# and more");
        using var evilCatalogue = Catalogue(evil);
        var other = evilCatalogue.Find("demo")!;
        await evilCatalogue.PinAsync(other, Token);
        var stolen = Encoding.UTF8.GetString((await store.GetAsync(new DocumentKey("template-pieces", $"demo:{other.Version}:0000"), Token))!.Json.Span)
            .Replace(other.Version, pinned.Version, StringComparison.Ordinal);
        await store.CommitAsync(
            [new DocumentWrite { Key = key, Kind = WriteKind.Put, Condition = ConditionKind.VersionIs, ExpectedVersion = piece.Version, Json = Encoding.UTF8.GetBytes(stolen) }],
            Token);

        using var catalogue = Catalogue(elsewhere);

        await Should.ThrowAsync<InvalidDataException>(async () => await catalogue.ObtainAsync("demo", pinned.Version, Token));
        Directory.Exists(elsewhere.Data.TemplateVersions).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Versions_that_others_stored_are_named_and_listed_before_their_files_come()
    {
        here.WithDemo();
        var pinned = await PinAsync();
        using var catalogue = Catalogue(elsewhere);

        await catalogue.LearnAsync(Token);

        catalogue.Versions("demo").ShouldHaveSingleItem().Title.ShouldBe("Demo");
        (await catalogue.ObtainAsync("demo", pinned.Version, Token)).ShouldNotBeNull();
        File.Exists(Path.Combine(catalogue.FindVersion("demo", pinned.Version)!.Directory, "main.tf")).ShouldBeTrue();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Listing(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(directory, f)).Order(StringComparer.Ordinal);

    private async Task<Template> PinAsync()
    {
        using var catalogue = Catalogue(here);
        var template = catalogue.Find("demo")!;
        await catalogue.PinAsync(template, Token);
        return template;
    }

    private TemplateCatalogue Catalogue(TemplateFiles files) => new(
        files.Templates, files.Data, TimeProvider.System, NullLogger<TemplateCatalogue>.Instance, archive: new VersionArchive(store, TimeProvider.System));
}
