namespace CloudWorkstation.Manager.Tests.Templates;

public sealed class ModuleRulesTests : IDisposable
{
    private readonly TemplateFiles files = new();

    [Theory]
    [InlineData("ephemeral = true", "", "is not ephemeral")]
    [InlineData("ephemeral = true", "# ephemeral = true", "is not ephemeral")]
    [InlineData("variable \"power\"", "variable \"energy\"", "variable \"power\" is missing")]
    [InlineData("variable \"size\"", "variable \"width\"", "no variable for the parameter 'size'")]
    [InlineData("variable \"size\"", "variable \"width\"", "nobody gives variable \"width\" a value")]
    [InlineData("output \"connection\"", "output \"address\"", "output \"connection\" is missing")]
    public void What_the_module_owes_the_contract_is_named(string found, string replacement, string expected)
    {
        using var catalogue = files.WithDemo(module: TemplateFiles.Module.Replace(found, replacement, StringComparison.Ordinal)).Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("variable \"extra\" {\n  default = \"# not { a comment\"\n}")]
    [InlineData("/* variable \"hidden\" {} */\n// variable \"hidden2\" {}\n# variable \"hidden3\" {}")]
    [InlineData("variable \"nested\" {\n  type = object({ a = optional(string) })\n  default = {\n    a = \"b\"\n  }\n}")]
    public void What_is_in_order_is_no_problem(string more)
    {
        using var catalogue = files.WithDemo(module: TemplateFiles.Module + "\n" + more).Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_default_inside_a_nested_block_is_not_the_variables_own()
    {
        using var catalogue = files.WithDemo(module: TemplateFiles.Module + "\nvariable \"nested\" {\n  validation {\n    default = 1\n  }\n}").Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldHaveSingleItem().ShouldContain("nobody gives variable \"nested\"");
    }

    [Theory]
    [InlineData("person", true)]
    [InlineData("desktop", false)]
    public void A_module_needs_no_password_where_people_sign_in_themselves(string who, bool isInOrder)
    {
        var module = TemplateFiles.Module.Replace("variable \"vnc_password\" {\n  type      = string\n  ephemeral = true\n}", "", StringComparison.Ordinal);
        module.ShouldNotContain("vnc_password");
        var manifest = TemplateFiles.Manifest.Replace("protocol: vnc", $"protocol: ssh\nsign_in: {who}", StringComparison.Ordinal);
        using var catalogue = files.WithDemo(manifest, module).Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.Count.ShouldBe(isInOrder ? 0 : 1);
    }

    [Fact]
    public void A_template_without_a_module_says_so()
    {
        files.Write("demo/template.yaml", TemplateFiles.Manifest);
        using var catalogue = files.Catalogue();

        catalogue.Entries.ShouldHaveSingleItem().Problems.ShouldHaveSingleItem().ShouldContain("no *.tf file");
    }

    public void Dispose() => files.Dispose();
}
