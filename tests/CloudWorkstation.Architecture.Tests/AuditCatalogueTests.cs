using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>Everything that is recorded is in the catalogue, and docs/audit.md says what the catalogue says.</summary>
public sealed partial class AuditCatalogueTests
{
    private const int Limit = 60_000;
    private const string Begin = "<!-- actions: begin -->\n";
    private const string End = "<!-- actions: end -->";

    [Fact(Timeout = Limit)]
    public async Task Every_action_that_code_records_comes_from_the_catalogue()
    {
        await Task.Yield();
        var uses = Rooms.Sources("manager", "api").SelectMany(s => AuditUses.In(s.Text).Select(u => (s.File, Action: u))).ToList();

        uses.Count.ShouldBeGreaterThan(25);
        uses.Where(u => !AuditUses.IsFromTheCatalogue(u.Action)).Select(u => $"{u.File}: {u.Action}").ShouldBeEmpty("take it from AuditActions");
    }

    [Fact(Timeout = Limit)]
    public async Task No_file_that_records_writes_the_name_of_an_action_itself()
    {
        await Task.Yield();
        var written = Rooms.Sources("manager", "api")
            .Where(s => s.Text.Contains("IAuditLog", StringComparison.Ordinal) || s.Text.Contains(".Audit(", StringComparison.Ordinal))
            .SelectMany(s => Quoted().Matches(s.Text).Select(m => $"{s.File}: {m.Value}"));

        written.ShouldBeEmpty("make it a constant in a file Audit/AuditActions.*.cs");
    }

    [Theory(Timeout = Limit)]
    [InlineData("""audit.Entry(actor, "made.up", target, x);""", false)]
    [InlineData("""audit.Entry(actor, $"{kind}.create", target, x);""", false)]
    [InlineData("""await audit.RecordAsync(account.ToActor(null, f(1, 2)), "session.sign-in", x);""", true)]
    [InlineData("""set.Audit(new Actor("a", "b", [], []), AuditActions.KeysRotate, x);""", true)]
    [InlineData("""new Attempt(name, "typed.by-hand", address)""", false)]
    public async Task The_reader_tells_a_made_up_action_from_one_of_the_catalogue(string code, bool known)
    {
        await Task.Yield();

        AuditUses.In(code).ShouldHaveSingleItem();
        AuditUses.IsFromTheCatalogue(AuditUses.In(code).Single()).ShouldBe(known);
    }

    [Fact(Timeout = Limit)]
    public async Task Names_have_one_shape_and_descriptions_are_sentences()
    {
        await Task.Yield();

        AuditActions.All.ShouldAllBe(a => Shape().IsMatch(a.Name) && a.Description.EndsWith('.') && a.Target.Length > 0);
    }

    [Fact(Timeout = Limit)]
    public async Task The_table_in_the_docs_is_the_catalogue()
    {
        var file = Path.Combine(Rooms.Root, "docs", "audit.md");
        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var table = "| Action | Target | Before and after | What happened |\n|---|---|---|---|\n"
            + string.Concat(AuditActions.All.Select(a => $"| `{a.Name}` | {a.Target} | {(a.HasChange ? "yes" : "")} | {a.Description} |\n"));
        if (Environment.GetEnvironmentVariable("CWS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, page[..begin] + table + page[end..], TestContext.Current.CancellationToken);
            return;
        }

        page[begin..end].ShouldBe(table, "run this test with CWS_UPDATE_SNAPSHOTS=1 and commit docs/audit.md");
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex("\"[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
