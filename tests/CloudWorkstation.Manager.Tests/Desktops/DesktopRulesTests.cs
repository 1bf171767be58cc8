using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class DesktopRulesTests
{
    // One row per status, one letter per kind in the order Create, Start, Stop, Update, Delete, Repair; '-' where it may not begin.
    [Theory(Timeout = 30_000)]
    [InlineData(DesktopStatus.Pending, "------")]
    [InlineData(DesktopStatus.Provisioning, "------")]
    [InlineData(DesktopStatus.Running, "--TUDS")]
    [InlineData(DesktopStatus.Stopping, "------")]
    [InlineData(DesktopStatus.Stopped, "-S-UD-")]
    [InlineData(DesktopStatus.Starting, "------")]
    [InlineData(DesktopStatus.Updating, "------")]
    [InlineData(DesktopStatus.Deleting, "------")]
    [InlineData(DesktopStatus.Failed, "PSTUDS")]
    public async Task An_operation_begins_only_where_it_makes_sense(DesktopStatus from, string expected)
    {
        var letters = new Dictionary<char, DesktopStatus?>
        {
            ['-'] = null,
            ['P'] = DesktopStatus.Pending,
            ['S'] = DesktopStatus.Starting,
            ['T'] = DesktopStatus.Stopping,
            ['U'] = DesktopStatus.Updating,
            ['D'] = DesktopStatus.Deleting,
        };

        var actual = Enum.GetValues<OperationKind>().Select(kind => DesktopRules.WhenAccepted(from, kind));

        actual.ShouldBe(expected.Select(c => letters[c]));
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(OperationKind.Create, Power.On, DesktopStatus.Running)]
    [InlineData(OperationKind.Start, Power.On, DesktopStatus.Running)]
    [InlineData(OperationKind.Repair, Power.On, DesktopStatus.Running)]
    [InlineData(OperationKind.Stop, Power.Off, DesktopStatus.Stopped)]
    [InlineData(OperationKind.Update, Power.On, DesktopStatus.Running)]
    [InlineData(OperationKind.Update, Power.Off, DesktopStatus.Stopped)]
    [InlineData(OperationKind.Delete, Power.On, null)]
    public async Task Success_ends_in_one_status(OperationKind kind, Power power, DesktopStatus? expected)
    {
        DesktopRules.WhenSucceeded(kind, power).ShouldBe(expected);
        await Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(DesktopStatus.Running, Power.On, OperationKind.Repair)]
    [InlineData(DesktopStatus.Stopped, Power.On, OperationKind.Start)]
    [InlineData(DesktopStatus.Failed, Power.On, OperationKind.Start)]
    [InlineData(DesktopStatus.Running, Power.Off, OperationKind.Stop)]
    [InlineData(DesktopStatus.Failed, Power.Off, OperationKind.Stop)]
    [InlineData(DesktopStatus.Stopped, Power.Off, null)]
    public async Task Asking_for_power_means_one_operation(DesktopStatus from, Power wanted, OperationKind? expected)
    {
        DesktopRules.ForPower(from, wanted).ShouldBe(expected);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task From_failed_there_is_always_a_way_forward()
    {
        Enum.GetValues<OperationKind>().ShouldAllBe(kind => DesktopRules.WhenAccepted(DesktopStatus.Failed, kind) != null);
        await Task.CompletedTask;
    }
}
