using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class DesktopNamesTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("My desktop", "My desktop")]
    [InlineData("  trimmed ", "trimmed")]
    [InlineData("日本語 🖥", "日本語 🖥")]
    public async Task A_name_is_trimmed(string text, string expected)
    {
        DesktopNames.TryClean(text, out var name, out _).ShouldBeTrue();

        name.ShouldBe(expected);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null, "empty")]
    [InlineData("   ", "empty")]
    [InlineData("a\nb", "U+000A")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("a\u202eb", "U+202E")]
    [InlineData("a\u200bb", "U+200B")]
    [InlineData("a\u2066b", "U+2066")]
    public async Task A_name_that_cannot_be_read_safely_is_refused_with_the_reason(string? text, string reason)
    {
        DesktopNames.TryClean(text, out _, out var problem).ShouldBeFalse();

        problem.ShouldContain(reason);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [InlineData(10_000, false)]
    public async Task A_name_has_at_most_sixty_characters(int length, bool accepted)
    {
        DesktopNames.TryClean(new string('x', length), out _, out var problem).ShouldBe(accepted);

        problem.Contains("at most 60", StringComparison.Ordinal).ShouldBe(!accepted);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_name_with_half_a_character_is_refused()
    {
        DesktopNames.TryClean(new string((char)0xd800, 1) + "x", out _, out var problem).ShouldBeFalse();

        problem.ShouldContain("surrogate");
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task Ids_are_safe_everywhere_and_do_not_repeat()
    {
        var ids = Enumerable.Range(0, 2000).Select(_ => DesktopSecrets.NewId()).ToList();

        ids.ShouldAllBe(id => DesktopSecrets.IsId(id) && id.Length == 12 && char.IsAsciiLetterLower(id[0]));
        ids.Distinct().Count().ShouldBe(ids.Count);
        await Task.CompletedTask;
    }
}
