using System.Text.RegularExpressions;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Tests;

public sealed partial class ProblemCatalogueTests
{
    [Fact(Timeout = 10_000)]
    public async Task The_table_in_the_readme_is_the_catalogue()
    {
        var file = Repository.File("api", "README.md");
        var readme = await File.ReadAllTextAsync(file);
        var table = string.Join('\n', ProblemCatalogue.All.Select(c => $"| `{c.Code}` | {c.Status} | {c.Title} | {c.Fix} |"));
        if (Environment.GetEnvironmentVariable("CWS_UPDATE_SNAPSHOTS") == "1")
        {
            readme = TableRows().Replace(readme, table.Replace("$", "$$", StringComparison.Ordinal) + "\n", 1);
            await File.WriteAllTextAsync(file, readme);
        }

        readme.ShouldContain(table, Case.Sensitive, "Run the tests once with CWS_UPDATE_SNAPSHOTS=1 and commit api/README.md.");
    }

    [Fact(Timeout = 10_000)]
    public async Task Codes_are_unique_and_snake_case()
    {
        await Task.Yield();
        ProblemCatalogue.All.Select(c => c.Code).ShouldBeUnique();
        ProblemCatalogue.All.ShouldAllBe(c => SnakeCase().IsMatch(c.Code) && c.Status >= 400 && c.Title.Length > 0 && c.Fix.EndsWith('.'));
    }

    [Fact(Timeout = 10_000)]
    public async Task Every_code_that_the_manager_refuses_with_is_in_the_catalogue()
    {
        var sources = Directory.EnumerateFiles(Repository.File("manager", "CloudWorkstation.Manager"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            codes.UnionWith(ManagersCode().Matches(await File.ReadAllTextAsync(source)).Select(m => m.Groups["code"].Value));
        }

        codes.Count.ShouldBeGreaterThan(15);
        codes.Except(ProblemCatalogue.All.Select(c => c.Code)).ShouldBeEmpty();
    }

    [Fact(Timeout = 10_000)]
    public async Task A_kind_alone_still_finds_its_status()
    {
        await Task.Yield();
        var statuses = Enum.GetValues<ProblemKind>().ToDictionary(k => k, k => HttpProblem.From(new Problem(k, "somebody-elses-code", "x")).Status);
        statuses.Values.ShouldBe([400, 422, 401, 403, 404, 409, 412, 429, 503, 507]);
    }

    [GeneratedRegex("^[a-z_]+$", RegexOptions.NonBacktracking)]
    private static partial Regex SnakeCase();

    [GeneratedRegex("""ProblemKind\.[A-Za-z]+,\s*"(?<code>[a-z_]+)["]""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ManagersCode();

    [GeneratedRegex("(?:^\\| `[a-z_]+` \\| [0-9]+ \\|.*\n)+", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex TableRows();
}
