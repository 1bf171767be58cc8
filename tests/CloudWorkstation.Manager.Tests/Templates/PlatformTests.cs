using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Templates;

/// <summary>What the installation gives to templates, and what becomes of a template that needs it where there is nothing.</summary>
public sealed class PlatformTests : IDisposable
{
    private const string Wanting = TemplateFiles.Module + "\nvariable \"platform\" { type = object({ region = string }) }\nvariable \"placement\" { type = number }";

    private readonly TemplateFiles files = new();

    public static PlatformFacts Facts(string? setting) =>
        PlatformFacts.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Platform", setting)]).Build());

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Without_the_setting_there_is_no_platform(string? setting)
    {
        Facts(setting).Exist.ShouldBeFalse();
        Facts(setting).Copy().ShouldBeNull();
    }

    [Fact]
    public void The_setting_is_the_object_itself_or_names_a_file_with_it()
    {
        const string json = """{"region": "eu-central-1", "subnets": ["a", "b"]}""";
        var file = files.Write("platform.json", json);

        Facts(json).Copy()!["region"]!.GetValue<string>().ShouldBe("eu-central-1");
        Facts("@" + file).Copy()!["subnets"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("{", "CWS_PLATFORM is not JSON (line 1)")]
    [InlineData("[1]", "CWS_PLATFORM must be a JSON object")]
    [InlineData("""{"region": "a", "region": "b"}""", "CWS_PLATFORM is not JSON")]
    [InlineData("@/nowhere/platform.json", "CWS_PLATFORM names the file '/nowhere/platform.json', which cannot be read")]
    public void A_setting_that_cannot_be_read_stops_the_process_with_its_name(string setting, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Platform", setting)]).Build();

        Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddManagerCore(configuration, files.Data)).Message.ShouldContain(expected);
    }

    [Fact]
    public void A_broken_file_is_named()
    {
        var file = files.Write("platform.json", "{\n\"region\": oops\n}");

        Should.Throw<InvalidOperationException>(() => Facts("@" + file)).Message.ShouldBe(
            $"CWS_PLATFORM, the file {file}, is not JSON (line 2). Give the object itself, or @ and the path of a file that holds it.");
    }

    [Fact]
    public void A_template_that_needs_a_platform_is_not_offered_without_one_and_says_why()
    {
        using var catalogue = files.WithDemo(module: Wanting).Catalogue();

        catalogue.Find("demo").ShouldBeNull();
        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldHaveSingleItem().ShouldContain("needs CWS_PLATFORM");
    }

    [Fact]
    public void A_template_that_needs_a_platform_is_offered_with_one()
    {
        using var catalogue = files.WithDemo(module: Wanting).Catalogue(Facts("{}"));

        catalogue.Find("demo").ShouldNotBeNull();
    }

    [Fact]
    public void A_template_that_can_do_without_a_platform_is_offered_anyway()
    {
        using var catalogue = files.WithDemo(module: TemplateFiles.Module + "\nvariable \"platform\" {\n  default = null\n}").Catalogue();

        catalogue.Find("demo").ShouldNotBeNull();
    }

    [Fact]
    public void A_template_with_several_places_must_be_able_to_tell_them_apart()
    {
        using var catalogue = files.WithDemo(TemplateFiles.Manifest + "\nplacements: 4").Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldHaveSingleItem().ShouldContain("placements is 4, but the module has no variable \"placement\"");
    }

    [Fact]
    public void Places_and_patience_are_read()
    {
        using var catalogue = files.WithDemo(TemplateFiles.Manifest + "\nplacements: 4\nready_minutes: 15", Wanting).Catalogue(Facts("{}"));

        var template = catalogue.Find("demo").ShouldNotBeNull();
        (template.Placements, template.ReadyMinutes).ShouldBe((4, 15));
    }

    public void Dispose() => files.Dispose();
}
