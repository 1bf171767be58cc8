using System.Text.RegularExpressions;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>tests/ATTACKS.md names a test for every attack, and every test that it names exists.</summary>
public sealed partial class AttackTableTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Every_test_that_is_named_exists()
    {
        await Task.Yield();
        var tests = Rooms.Sources("tests").SelectMany(s => Method().Matches(s.Text)).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var named = Rows().SelectMany(r => Named().Matches(r.Tests)).Select(m => m.Groups["name"].Value).ToList();

        named.Count.ShouldBeGreaterThan(100);
        named.Where(n => !tests.Contains(n)).ShouldBeEmpty("write the test, or name the one that took its place");
    }

    [Fact(Timeout = Limit)]
    public async Task Every_attack_has_a_test_and_every_defect_of_the_ancestor_a_row()
    {
        await Task.Yield();

        Rows().Where(r => !Named().IsMatch(r.Tests)).Select(r => r.Attack).ShouldBeEmpty();
        Enumerable.Range(1, 27).Select(n => $"D{n}").Except(Rows().Select(r => r.Source), StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static IReadOnlyList<(string Source, string Attack, string Tests)> Rows() =>
    [
        .. File.ReadLines(Path.Combine(Rooms.Root, "tests", "ATTACKS.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| |", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == 5)
            .Select(c => (c[1], c[2], c[3])),
    ];

    [GeneratedRegex("""public (async )?(Task|void) (?<name>[A-Z][A-Za-z0-9_]*)\(""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Method();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9_]*)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Named();
}
