using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Messages;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class MessageReaderTests
{
    private const string Address = "module.session.terraform_data.screen[0]";

    private readonly MessageReader reader = new(new Redactor(["hunter22"]), new ManualTime());

    [Fact]
    public void A_message_becomes_a_line_with_its_own_time_and_level()
    {
        var line = Read("""{"@level":"warn","@message":"Careful","@timestamp":"2026-11-21T03:19:26.5Z","type":"log"}""").ShouldHaveSingleItem();

        line.ShouldBe(new TerraformEvent.Line(new(2026, 11, 21, 3, 19, 26, 500, TimeSpan.Zero), "warn", "Careful"));
    }

    [Fact]
    public void An_empty_message_is_no_line() => Read("""{"@level":"info","@message":" ","type":"log"}""").ShouldBeEmpty();

    [Fact]
    public void A_plan_summary_becomes_counts() =>
        Read("""{"@message":"Plan","type":"change_summary","changes":{"add":1,"change":2,"remove":3,"operation":"plan"}}""")
            .OfType<TerraformEvent.Planned>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                planned => planned.Add.ShouldBe(1), planned => planned.Change.ShouldBe(2), planned => planned.Remove.ShouldBe(3));

    [Fact]
    public void A_summary_of_what_was_applied_is_no_plan() =>
        Read("""{"@message":"Done","type":"change_summary","changes":{"add":1,"change":0,"remove":0,"operation":"apply"}}""")
            .OfType<TerraformEvent.Planned>().ShouldBeEmpty();

    [Fact]
    public void A_resource_goes_from_planned_over_running_to_done()
    {
        ResourceState[] states = [.. Resources(Planned("create"), Hook("apply_start", "create"), Hook("apply_progress", "create"), Hook("apply_complete", "create"))];

        states.ShouldBe([ResourceState.Planned, ResourceState.Running, ResourceState.Running, ResourceState.Done]);
    }

    [Fact]
    public void A_replacement_is_done_only_when_both_of_its_halves_are()
    {
        ResourceState[] states =
        [
            .. Resources(Planned("replace"), Hook("apply_start", "delete"), Hook("apply_complete", "delete"), Hook("apply_start", "create"), Hook("apply_complete", "create")),
        ];

        states.ShouldBe([ResourceState.Planned, ResourceState.Running, ResourceState.Running, ResourceState.Running, ResourceState.Done]);
    }

    [Fact]
    public void A_resource_that_fails_is_failed() => Resources(Hook("apply_start", "create"), Hook("apply_errored", "create")).Last().ShouldBe(ResourceState.Failed);

    [Fact]
    public void A_diagnostic_is_kept_and_told_without_the_secret()
    {
        var events = Read(
            """
            {"@level":"error","@message":"Error: Bad","type":"diagnostic","diagnostic":{"severity":"error","summary":"Bad hunter22","detail":"one\ntwo hunter22","address":"a.b","range":{"filename":"main.tf","start":{"line":3}}}}
            """);

        events.OfType<TerraformEvent.Line>().Select(line => line.Text).ShouldBe(["Error: Bad [secret]", "  one", "  two [secret]"]);
        reader.Diagnostics.ShouldHaveSingleItem().ShouldBe(new("error", "Bad [secret]", "one\ntwo [secret]", "a.b", "main.tf", 3));
    }

    [Fact]
    public void Outputs_are_the_last_ones_that_have_values_and_are_not_sensitive()
    {
        Read("""{"@message":"Outputs: 1","type":"outputs","outputs":{"port":{"sensitive":false,"action":"create"}}}""");
        Read("""{"@message":"Outputs: 2","type":"outputs","outputs":{"port":{"sensitive":false,"type":"number","value":5901},"key":{"sensitive":true,"type":"string","value":"x"}}}""");

        reader.Outputs.Keys.ShouldBe(["port"]);
        reader.Outputs["port"].GetInt32().ShouldBe(5901);
    }

    [Theory]
    [InlineData("panic: hunter22", "panic: [secret]")]
    [InlineData("{\"@message\":\"half", "{\"@message\":\"half")]
    [InlineData("[1, 2]", "[1, 2]")]
    [InlineData("{\"@message\": 7}", "{\"@message\": 7}")]
    public void What_is_no_message_is_told_as_it_is(string text, string expected)
    {
        Read(text).ShouldHaveSingleItem().ShouldBeOfType<TerraformEvent.Line>().Text.ShouldBe(expected);
        reader.LastLines.ShouldBe([expected]);
    }

    [Fact]
    public void A_flood_of_other_lines_is_cut_off_with_a_word()
    {
        var lines = Enumerable.Range(0, 6_000).SelectMany(number => Read($"noise {number}")).Cast<TerraformEvent.Line>().ToList();

        lines.Count.ShouldBe(5_001);
        lines[^1].Text.ShouldContain("left out");
        reader.LastLines.Last().ShouldBe("noise 5999");
    }

    [Fact]
    public void Long_lines_are_cut_to_what_the_log_takes() => ((TerraformEvent.Line)Read(new string('x', 10_000))[0]).Text.Length.ShouldBe(4_096);

    [Fact]
    public void A_plan_says_which_attributes_force_a_replacement()
    {
        var changes = PlanReader.Read(
            """
            {"resource_changes":[
              {"address":"a.b","change":{"actions":["delete","create"],"replace_paths":[["triggers_replace","geometry"],["disks",0,"size"]]}},
              {"address":"a.c","change":{"actions":["no-op"]}}]}
            """);

        var change = changes.ShouldHaveSingleItem();
        change.Address.ShouldBe("a.b");
        change.Destroys.ShouldBeTrue();
        change.ReplacedBecauseOf.ShouldBe(["triggers_replace.geometry", "disks[0].size"]);
    }

    private List<TerraformEvent> Read(string line) => [.. reader.Read(line, isError: false)];

    private IEnumerable<ResourceState> Resources(params string[] lines) =>
        lines.SelectMany(Read).OfType<TerraformEvent.Resource>().Select(resource => resource.State);

    private static string Planned(string action) =>
        $$$"""{"@message":"x","type":"planned_change","change":{"resource":{"addr":"{{{Address}}}"},"action":"{{{action}}}"}}""";

    private static string Hook(string type, string action) =>
        $$$"""{"@message":"x","type":"{{{type}}}","hook":{"resource":{"addr":"{{{Address}}}"},"action":"{{{action}}}","elapsed_seconds":1}}""";
}
