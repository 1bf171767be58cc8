using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Tests.Templates;

public sealed class CatalogueTests : IDisposable
{
    private readonly TemplateFiles files = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_broken_template_hides_no_other()
    {
        files.WithDemo().Write("broken/template.yaml", "name: other");
        using var catalogue = files.Catalogue();

        catalogue.Entries.Select(entry => entry.Name).ShouldBe(["broken", "demo"]);
        catalogue.Find("demo").ShouldNotBeNull();
        catalogue.Find("broken").ShouldBeNull();
    }

    [Fact]
    public void The_templates_of_this_repository_are_in_order()
    {
        using TemplateCatalogue catalogue = new(
            Path.Combine(Terraform.LocalDesktop.RepositoryRoot(), "terraform", "templates"), files.Data, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<TemplateCatalogue>.Instance, PlatformTests.Facts("{}"));

        catalogue.Entries.SelectMany(entry => entry.Problems).ShouldBeEmpty();
        catalogue.Entries.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("existing-ssh", "ssh")]
    [InlineData("existing-rdp", "rdp")]
    public void Machines_that_exist_are_offered_only_where_the_installation_says_which(string name, string protocol)
    {
        var templates = Path.Combine(Terraform.LocalDesktop.RepositoryRoot(), "terraform", "templates");
        var log = Microsoft.Extensions.Logging.Abstractions.NullLogger<TemplateCatalogue>.Instance;
        using TemplateCatalogue without = new(templates, files.Data, TimeProvider.System, log, PlatformFacts.None);
        using TemplateCatalogue with = new(templates, files.Data, TimeProvider.System, log, PlatformTests.Facts("{}"));

        without.Entries.Single(entry => entry.Name == name).Problems.ShouldHaveSingleItem().ShouldContain(PlatformFacts.Setting);
        var template = with.Find(name).ShouldNotBeNull();
        (template.Protocol, template.PersonSignsIn).ShouldBe((protocol, true));
    }

    [Fact]
    public void A_version_is_the_content_and_nothing_else()
    {
        var before = Version(files.WithDemo());

        File.SetLastWriteTimeUtc(Path.Combine(files.Templates, "demo/main.tf"), new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Version(files).ShouldBe(before);
        files.Write("demo/README.md", "words");
        files.Write("demo/demo.tftest.hcl", "run \"x\" {}");
        files.Write("demo/.terraform/modules/modules.json", "{}");
        Version(files).ShouldBe(before);
        files.Write("demo/more.tf", "");
        Version(files).ShouldNotBe(before);
    }

    [Fact]
    public void The_executable_bit_is_part_of_a_version()
    {
        files.WithDemo();
        var script = files.Write("demo/run.sh", "#!/bin/sh");
        var before = Version(files);

        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute);

        Version(files).ShouldNotBe(before);
    }

    [Fact]
    public void A_linked_module_is_part_of_the_version_and_of_its_copy()
    {
        files.WithDemo();
        var shared = Path.Combine(files.Root, "terraform", "modules", "shared");
        Directory.CreateDirectory(shared);
        File.WriteAllText(Path.Combine(shared, "main.tf"), "# one");
        Directory.CreateSymbolicLink(Path.Combine(files.Templates, "demo", "shared"), "../../modules/shared");
        var before = Version(files);

        File.WriteAllText(Path.Combine(shared, "main.tf"), "# two");
        using var catalogue = files.Catalogue();

        catalogue.Find("demo")!.Version.ShouldNotBe(before);
        File.ReadAllText(Path.Combine(catalogue.Find("demo")!.Directory, "shared", "main.tf")).ShouldBe("# two");
        File.ReadAllText(Path.Combine(catalogue.FindVersion("demo", before)!.Directory, "shared", "main.tf")).ShouldBe("# one");
    }

    [Theory]
    [InlineData("/etc", "out of the templates' own tree")]
    [InlineData("../../../nowhere", "does not exist")]
    [InlineData("..", "round in a circle")]
    public void Links_that_lead_astray_are_problems(string target, string expected)
    {
        files.WithDemo();
        Directory.CreateSymbolicLink(Path.Combine(files.Templates, "demo", "link"), target);
        using var catalogue = files.Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task Versions_stay_when_the_template_changes_breaks_or_goes()
    {
        using var catalogue = files.WithDemo().Catalogue();
        var first = catalogue.Find("demo")!.Version;

        files.Write("demo/more.tf", "");
        await catalogue.ReloadAsync(Cancelled);
        catalogue.Versions("demo").Count.ShouldBe(2);
        files.Write("demo/template.yaml", "broken");
        await catalogue.ReloadAsync(Cancelled);

        catalogue.Find("demo").ShouldBeNull();
        File.Exists(Path.Combine(catalogue.FindVersion("demo", first)!.Directory, "main.tf")).ShouldBeTrue();
    }

    [Fact]
    public void Versions_are_found_again_after_a_restart_although_the_template_is_gone()
    {
        string version;
        using (var catalogue = files.WithDemo().Catalogue())
            version = catalogue.Find("demo")!.Version;
        Directory.Delete(Path.Combine(files.Templates, "demo"), recursive: true);

        using var restarted = files.Catalogue();

        restarted.Entries.ShouldBeEmpty();
        restarted.FindVersion("demo", version)!.Parameters.ShouldHaveSingleItem().Options.Count.ShouldBe(2);
    }

    [Fact]
    public void A_missing_templates_directory_offers_nothing()
    {
        Directory.Delete(files.Templates);
        using var catalogue = files.Catalogue();

        catalogue.Entries.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Reloading_tells_of_changes_only()
    {
        using var catalogue = files.WithDemo().Catalogue();
        var told = 0;
        catalogue.Changed += (_, _) => told++;

        await catalogue.ReloadAsync(Cancelled);
        told.ShouldBe(0);
        files.Write("demo/more.tf", "");
        await catalogue.ReloadAsync(Cancelled);
        told.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changed_files_are_noticed_also_in_linked_modules()
    {
        files.WithDemo();
        var shared = Path.Combine(files.Root, "terraform", "modules", "shared");
        Directory.CreateDirectory(shared);
        File.WriteAllText(Path.Combine(shared, "main.tf"), "# one");
        Directory.CreateSymbolicLink(Path.Combine(files.Templates, "demo", "shared"), "../../modules/shared");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Templates", files.Templates)]);
        builder.Services.AddSingleton(files.Data).AddTemplates();
        using var host = builder.Build();
        await host.StartAsync(Cancelled);
        var catalogue = host.Services.GetRequiredService<ITemplateCatalogue>();
        var before = catalogue.Find("demo")!.Version;

        // The watcher may not have begun to watch yet, so the change is made until it is seen.
        for (var attempt = 0; catalogue.Find("demo")?.Version == before; attempt++)
        {
            await File.WriteAllTextAsync(Path.Combine(shared, "main.tf"), $"# {attempt}", Cancelled);
            await Task.Delay(1_000, Cancelled);
        }

        await host.StopAsync(Cancelled);
    }

    public void Dispose() => files.Dispose();

    private static string Version(TemplateFiles files)
    {
        using var catalogue = files.Catalogue();
        return catalogue.Find("demo").ShouldNotBeNull().Version;
    }
}
