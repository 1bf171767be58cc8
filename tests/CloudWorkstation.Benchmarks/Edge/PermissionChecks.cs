using System.Diagnostics;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Benchmarks.Edge;

/// <summary>What it costs to know what somebody may do, with 10,000 entitlements in 1,000 roles of 500 groups, for 10,000 people in 12 groups each.</summary>
internal static class PermissionChecks
{
    private const int Entitlements = 10_000;
    private const int RoleCount = 1_000;
    private const int GroupCount = 500;
    private const int People = 10_000;
    private const int Templates = 200;

    public static Report Measure(bool quick)
    {
        var time = TimeSpan.FromSeconds(quick ? 1 : 5);
        var rules = Make();
        var people = Enumerable.Range(0, People).Select(GroupsOf).ToArray();
        IReadOnlyList<string> user = ["user"];

        // The rival knows the answer already: one look into a dictionary by the person's number.
        var answers = Enumerable.Range(0, People).ToDictionary(n => n, n => rules.Of(user, people[n]).Allows(Permissions.DesktopsUse));
        var lookups = PerSecond(time, n => answers[n % People]);
        var ready = people.Select(groups => new Actor("a", "a", user, groups) { Access = rules.Of(user, groups) }).ToArray();
        var checks = PerSecond(time, n => ready[n % People].May(Permissions.DesktopsUse));
        var whole = PerSecond(time, n => rules.Of(user, people[n % People]).Allows(Permissions.DesktopsUse));
        var limits = PerSecond(time, n => ready[n % People].Access.Limit($"template-{n % Templates}", 5) >= 0);
        var (afterChange, bytes) = AfterChange(user, people);
        var explain = Milliseconds(() => rules.ExplainTemplate("template-7"));
        return new Report(
            [
                new Ratio("checks of a permission a second, of somebody who is known", checks / 1e6, lookups / 1e6, "one look into a dictionary", "M/s", 0.3, AtLeast: true),
                new Ratio("the same from roles and groups, as every request does it", whole / 1e6, lookups / 1e6, "one look into a dictionary", "M/s"),
            ],
            [
                new Figure("limits of a template a second, of somebody who is known (thousands)", limits / 1e3, "k/s"),
                new Figure($"first check of each of {People:N0} people after the rules were changed, a person", afterChange, "µs"),
                new Figure("memory that those take together", bytes / 1e6, "MB"),
                new Figure($"who can use a template, and why, of {Entitlements:N0} entitlements", explain, "ms"),
            ],
            []);
    }

    private static AccessRules Make() => new(
        1,
        Enumerable.Range(0, GroupCount).Select(g => new AccessView<Group>(new Group { Name = $"group-{g}", Roles = [$"role-{g * 2}", $"role-{(g * 2) + 1}"] }, 1)),
        Enumerable.Range(0, RoleCount).Select(r => new AccessView<Role>(
            new Role { Name = $"role-{r}", Permissions = [Permissions.DesktopsUse], Entitlements = [.. Enumerable.Range(r * 10, 10).Select(e => $"entitlement-{e}")] }, 1)),
        Enumerable.Range(0, Entitlements).Select(e => new AccessView<Entitlement>(new Entitlement { Id = $"entitlement-{e}", Template = $"template-{e % Templates}", Maximum = e % 7 }, 1)));

    // Four groups that the rules name, and eight that only a directory knows.
    private static IReadOnlyList<string> GroupsOf(int person) =>
    [
        .. Enumerable.Range(0, 4).Select(n => $"group-{(person + (n * 131)) % GroupCount}"),
        .. Enumerable.Range(0, 8).Select(n => $"CN=Some Department {person}-{n},OU=Groups,DC=example,DC=org"),
    ];

    private static (double Microseconds, long Bytes) AfterChange(IReadOnlyList<string> user, IReadOnlyList<string>[] people)
    {
        var rules = Make();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var begun = Stopwatch.GetTimestamp();
        foreach (var groups in people)
        {
            rules.Of(user, groups);
        }

        var time = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / people.Length;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(rules);
        return (time, bytes);
    }

    private static double PerSecond(TimeSpan time, Func<int, bool> check)
    {
        const int Batch = 1_000;
        var (count, right) = (0L, 0L);
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            for (var i = 0; i < Batch; i++)
            {
                right += check((int)(count++ & 0xfffffff)) ? 1 : 0;
            }
        }

        return right == count ? count / Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new InvalidOperationException("A check gave the wrong answer.");
    }

    private static double Milliseconds(Func<object> ask)
    {
        ask();
        return Statistics.Median(Enumerable.Range(0, 20).Select(_ =>
        {
            var begun = Stopwatch.GetTimestamp();
            ask();
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }));
    }
}
