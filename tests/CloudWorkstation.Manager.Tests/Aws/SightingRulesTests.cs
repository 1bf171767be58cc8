using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Watch;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Tests.Aws;

public sealed class SightingRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    [Theory(Timeout = 30_000)]
    [InlineData(DesktopStatus.Running, "Running", "10.0.0.1", ObservedState.Running, null)]
    [InlineData(DesktopStatus.Running, "Stopped", "10.0.0.1", ObservedState.Stopped, "stopped outside")]
    [InlineData(DesktopStatus.Running, "Stopping", "10.0.0.1", ObservedState.Stopped, "stopped outside")]
    [InlineData(DesktopStatus.Running, "Terminated", null, ObservedState.Missing, "terminated outside")]
    [InlineData(DesktopStatus.Running, null, null, ObservedState.Missing, "terminated outside")]
    [InlineData(DesktopStatus.Running, "Running", "10.0.0.99", ObservedState.Changed, "10.0.0.99")]
    [InlineData(DesktopStatus.Running, "Other", "10.0.0.1", ObservedState.Unknown, "does not know")]
    [InlineData(DesktopStatus.Stopped, "Running", "10.0.0.1", ObservedState.Running, "started outside")]
    [InlineData(DesktopStatus.Stopped, "Stopped", "10.0.0.1", ObservedState.Stopped, null)]
    [InlineData(DesktopStatus.Failed, "Stopped", "10.0.0.1", ObservedState.Stopped, null)]
    public async Task What_is_seen_is_told_as_a_state_and_a_sentence(DesktopStatus status, string? instance, string? address, ObservedState expected, string? sentence)
    {
        var state = instance is null ? (InstanceState?)null : Enum.Parse<InstanceState>(instance);

        var judged = SightingRules.Judge(New(status), new Sighting(state, address, null), Now);

        judged.Observed.ShouldNotBeNull().State.ShouldBe(expected);
        judged.Observed.Since.ShouldBe(Now);
        if (sentence is null)
        {
            judged.Observed.Detail.ShouldBeNull();
        }
        else
        {
            judged.Observed.Detail.ShouldNotBeNull().ShouldContain(sentence);
        }

        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_known_already_changes_nothing()
    {
        var seen = new Sighting(InstanceState.Stopped, "10.0.0.1", null);
        var known = SightingRules.Judge(New(DesktopStatus.Running), seen, Now);

        SightingRules.Judge(known, seen, Now.AddHours(1)).ShouldBeSameAs(known);
        SightingRules.Judge(known, seen with { Instance = InstanceState.Pending }, Now.AddHours(1)).ShouldBeSameAs(known);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_proxy_elsewhere_moves_the_route_and_none_is_a_change()
    {
        var desktop = New(DesktopStatus.Running) with { Machine = new Machine("aws", "eu-central-1", "i-1", "main", "cws-a"), Proxy = "10.0.0.5:8083" };
        var seen = new Sighting(InstanceState.Running, "10.0.0.1", "10.0.0.6:8083");

        SightingRules.Judge(desktop, seen, Now).Proxy.ShouldBe("10.0.0.6:8083");
        var without = SightingRules.Judge(desktop, seen with { Proxy = null }, Now);
        (without.Proxy, without.Observed!.State).ShouldBe(("10.0.0.5:8083", ObservedState.Changed));
        await Task.CompletedTask;
    }

    internal static Desktop New(DesktopStatus status, string id = "abcdefghijkl", string instance = "i-1") => new()
    {
        Id = id,
        Name = id,
        Owner = "acc-alice",
        OwnerName = "alice",
        Template = "aws-vnc",
        TemplateVersion = "v1",
        Parameters = new Dictionary<string, System.Text.Json.JsonElement>(),
        Status = status,
        Power = status == DesktopStatus.Stopped ? Power.Off : Power.On,
        Connection = new ConnectionAddress("10.0.0.1", 5901),
        Machine = new Machine("aws", "eu-central-1", instance, null, null),
        ProtectedSecret = "",
        State = "local:" + id,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
