using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router.Tests.Parts;

public sealed class MapCommandsTests
{
    private static readonly Dictionary<string, string> Empty = [];

    [Fact(Timeout = 30_000)]
    public Task What_is_new_is_added_what_differs_is_set_what_is_gone_is_deleted()
    {
        var told = new Dictionary<string, string> { ["gone"] = "1", ["same"] = "1", ["other"] = "1" };
        var wanted = new Dictionary<string, string> { ["same"] = "1", ["other"] = "2", ["new"] = "3" };

        MapCommands.Difference("routes", told, wanted, ["gone", "same", "other", "new"]).ShouldBe(
        [
            "del map maps/routes.map gone;set map maps/routes.map other 2",
            "add map maps/routes.map <<\nnew 3\n",
        ]);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Nothing_changed_is_no_command()
    {
        MapCommands.Difference("routes", Empty, Empty, []).ShouldBeEmpty();
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData(1), InlineData(499), InlineData(500), InlineData(501), InlineData(10_000)]
    public Task Payloads_are_split_and_lose_no_line(int count)
    {
        var wanted = Enumerable.Range(0, count).ToDictionary(i => $"d{i:00000000000}", i => $"10.0.{i / 250}.{i % 250}:8083");

        var payloads = MapCommands.Difference("routes", Empty, wanted, wanted.Keys).ToList();

        payloads.ShouldAllBe(p => p.Length <= MapCommands.MaximumLength);
        payloads.ShouldAllBe(p => p.Split('\n').Length - 2 <= MapCommands.MaximumLines);
        payloads.SelectMany(p => p.Split('\n')[1..^1]).ShouldBe(wanted.Select(e => $"{e.Key} {e.Value}"));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Single_commands_are_split_too()
    {
        var told = Enumerable.Range(0, 2000).ToDictionary(i => $"d{i:00000000000}", _ => "1");

        var commands = MapCommands.Difference("routes", told, Empty, told.Keys).ToList();

        commands.ShouldAllBe(c => c.Length <= MapCommands.MaximumLength);
        commands.SelectMany(c => c.Split(';')).Count().ShouldBe(2000);
        return Task.CompletedTask;
    }
}
