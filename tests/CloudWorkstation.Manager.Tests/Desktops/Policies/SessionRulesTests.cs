using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Templates;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Desktops.Policies;

public sealed class SessionRulesTests
{
    private const int Timeout = 60_000;

    private static readonly Arbitrary<SessionPolicy> Policies = (
        from clipboard in Gen.Elements(SessionRules.Clipboard.ToArray())
        from files in Gen.Elements(SessionRules.Files.ToArray())
        from sharing in Gen.Elements(SessionRules.Sharing.ToArray())
        from recording in Gen.Elements(SessionRules.Recording.ToArray())
        from adminWatch in Gen.Elements(SessionRules.AdminWatch.ToArray())
        from watermark in Gen.Elements(true, false)
        from numbers in Gen.ArrayOf(Gen.Elements<int?>(null, 1, 2, 30, 10_080), 5)
        select new SessionPolicy
        {
            Clipboard = clipboard,
            Files = files,
            Sharing = sharing,
            Recording = recording,
            AdminWatch = adminWatch,
            Watermark = watermark,
            UploadMaximumMegabytes = numbers[0],
            DownloadMaximumMegabytes = numbers[1],
            RecordingRetentionDays = numbers[2],
            IdleStopMinutes = numbers[3],
            MaximumSessionMinutes = numbers[4],
        }).ToArbitrary();

    [Fact(Timeout = Timeout)]
    public async Task Narrowing_is_never_wider_than_any_of_its_parts()
    {
        await Task.Yield();
        Prop.ForAll(Policies, Policies, (one, other) => Directions(SessionRules.Narrow(one, other)).Zip(Directions(one)).Concat(Directions(SessionRules.Narrow(one, other)).Zip(Directions(other))).All(p => p.First <= p.Second))
            .QuickCheckThrowOnFailure();
    }

    [Fact(Timeout = Timeout)]
    public async Task Narrowing_takes_nothing_that_every_part_allows()
    {
        await Task.Yield();
        Prop.ForAll(Policies, Policies, (one, other) => Scales(SessionRules.Narrow(one, other)).Zip(Scales(one), Scales(other)).All(p => p.First == Math.Min(p.Second, p.Third)))
            .QuickCheckThrowOnFailure();
    }

    [Fact(Timeout = Timeout)]
    public async Task Neither_the_order_nor_a_repetition_of_policies_means_anything()
    {
        await Task.Yield();
        Prop.ForAll(Policies, Policies, (one, other) => SessionRules.Narrow(one, other) == SessionRules.Narrow(other, one) && SessionRules.Narrow(one, one) == one).QuickCheckThrowOnFailure();
        Prop.ForAll(Policies, Policies, Policies, (a, b, c) => SessionRules.Narrow(SessionRules.Narrow(a, b), c) == SessionRules.Narrow(a, SessionRules.Narrow(b, c))).QuickCheckThrowOnFailure();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_policy_that_says_nothing_changes_nothing()
    {
        await Task.Yield();
        Prop.ForAll(Policies, one => SessionRules.Narrow(one, new GroupSessionPolicy { Name = "empty", Groups = ["all"] }.ToPolicy()) == one).QuickCheckThrowOnFailure();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_is_outgrown_exactly_when_something_it_carries_was_taken_away()
    {
        await Task.Yield();
        Prop.ForAll(Policies, Policies, (one, other) => !SessionRules.IsOutgrown(SessionRules.Narrow(one, other), one)).QuickCheckThrowOnFailure();

        SessionRules.IsOutgrown(new SessionPolicy(), new SessionPolicy { Clipboard = "in" }).ShouldBeTrue();
        SessionRules.IsOutgrown(new SessionPolicy(), new SessionPolicy { Watermark = true }).ShouldBeTrue();
        SessionRules.IsOutgrown(new SessionPolicy(), new SessionPolicy { IdleStopMinutes = 5, RecordingRetentionDays = 1 }).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_word_that_nobody_knows_counts_as_the_strictest()
    {
        await Task.Yield();
        var narrowed = SessionRules.Narrow(new SessionPolicy { Clipboard = "sometimes", Files = "Both", Sharing = "", AdminWatch = "?" }, new SessionPolicy());

        (narrowed.Clipboard, narrowed.Files, narrowed.Sharing, narrowed.AdminWatch).ShouldBe(("off", "off", "off", "off"));
    }

    [Fact(Timeout = Timeout)]
    public async Task In_by_the_one_and_out_by_the_other_is_off_because_of_both()
    {
        await Task.Yield();
        var explained = PolicyReasons.Of(
        [
            (new PolicySource("template", "Linux"), new SessionPolicy { Clipboard = "in", Recording = "screen" }),
            (new PolicySource("group", "Contractors"), new GroupSessionPolicy { Clipboard = "out" }.ToPolicy()),
            (new PolicySource("group", "Visitors"), new GroupSessionPolicy { Files = "off" }.ToPolicy()),
        ]);

        explained.Session.Clipboard.ShouldBe("off");
        From(explained, "clipboard").ShouldBe(["Linux", "Contractors"]);
        From(explained, "files").ShouldBe(["Visitors"]);
        From(explained, "recording").ShouldBe(["Linux"]);
        From(explained, "sharing").ShouldBeEmpty();
    }

    private static IEnumerable<string> From(ExplainedPolicy explained, string member) => explained.Members.Single(m => m.Name == member).From.Select(f => f.Name);

    /// <summary>Every freedom as a number: less is stricter.</summary>
    private static int[] Directions(SessionPolicy policy) => Scales(policy);

    private static int[] Scales(SessionPolicy policy) =>
    [
        policy.Clipboard is "both" or "in" ? 1 : 0,
        policy.Clipboard is "both" or "out" ? 1 : 0,
        policy.Files is "both" or "upload" ? 1 : 0,
        policy.Files is "both" or "download" ? 1 : 0,
        policy.UploadMaximumMegabytes ?? int.MaxValue,
        policy.DownloadMaximumMegabytes ?? int.MaxValue,
        policy.Sharing switch { "control" => 2, "view" => 1, _ => 0 },
        policy.Recording switch { "off" => 2, "screen" => 1, _ => 0 },
        policy.RecordingRetentionDays ?? int.MaxValue,
        policy.Watermark ? 0 : 1,
        policy.AdminWatch switch { "tell" => 2, "consent" => 1, _ => 0 },
        policy.IdleStopMinutes ?? int.MaxValue,
        policy.MaximumSessionMinutes ?? int.MaxValue,
    ];
}
