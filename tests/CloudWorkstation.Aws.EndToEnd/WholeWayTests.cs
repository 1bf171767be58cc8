using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>A desktop on a machine in AWS, from the request to the last trace of it: the real provider, the real SDK, a moto behind them.</summary>
[Collection(CloudProduct.Name)]
public sealed class WholeWayTests(CloudProduct running)
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task A_desktop_is_built_shown_stopped_started_and_deleted_and_the_account_is_empty_afterwards()
    {
        using var events = await running.Admin.EventsAsync();
        var (desktop, operation) = await CloudDesktop.BeginAsync(running.Product, running.Admin, running.Account);
        await desktop.Desktop.UntilDoneAsync(operation);

        foreach (var resource in (string[])["aws_instance.desktop", "aws_ssm_parameter.password"])
        {
            await events.UntilAsync(
                item => item.Kind == "operation" && item.Data["progress"]!["resources"]!.AsArray().Any(one => one!["address"]!.GetValue<string>() == resource && one["state"]!.GetValue<string>() == "done"),
                $"{resource} is seen being built");
        }

        var instance = await desktop.InstanceAsync();
        (await running.Account.TagsAsync(instance))["cws:desktop"].ShouldBe(desktop.Id);
        await File.WriteAllTextAsync(Path.Combine(await desktop.HomeAsync(), "kept"), "", TestContext.Current.CancellationToken);
        await desktop.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));

        await desktop.Desktop.ChangeAsync(new { state = "stopped" });
        (await running.Account.InstancesAsync(desktop.Id)).ShouldBe([(instance, "stopped")]);
        (await running.Admin.PostAsync(desktop.Desktop.Path + "/connections")).Code.ShouldBe("desktop_not_running");

        await desktop.Desktop.ChangeAsync(new { state = "running" });
        (await running.Account.InstancesAsync(desktop.Id)).ShouldBe([(instance, "running")]);
        File.Exists(Path.Combine(await desktop.HomeAsync(), "kept")).ShouldBeTrue("the disk stays");
        await desktop.ShowsWhatIsPaintedAsync("#ab1234", (0xab, 0x12, 0x34));

        await desktop.Desktop.DeleteAsync();
        (await running.Account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_screens_password_is_in_no_state_and_no_log()
    {
        var desktop = await CloudDesktop.CreateAsync(running.Product, running.Admin, running.Account);
        var password = await running.Account.PasswordAsync(desktop.Id);

        password.Length.ShouldBe(8);
        (await running.Account.StateAsync(desktop.Id)).ShouldNotContain(password);
        foreach (var log in Directory.EnumerateFiles(running.Product.Data.Logs))
            (await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)).ShouldNotContain(password, Case.Sensitive, log);
        await desktop.Desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_desktop_with_a_proxy_of_its_own_is_reached_through_that_proxy_and_takes_it_along()
    {
        var desktop = await CloudDesktop.CreateAsync(running.Product, running.Admin, running.Account, new { proxy = "dedicated" });

        (await running.Account.ServiceAsync(desktop.Id)).ShouldNotBeNull()["desiredCount"]!.GetValue<int>().ShouldBe(1);
        RoutesOnDisk().ShouldMatch($@"{desktop.Id}.* 127\.\d+\.12[89]\.\d+:8083", "the route leads to the task");
        await desktop.ShowsWhatIsPaintedAsync("#3412ab", (0x34, 0x12, 0xab));

        await desktop.Desktop.ChangeAsync(new { state = "stopped" });
        (await running.Account.ServiceAsync(desktop.Id)).ShouldNotBeNull()["desiredCount"]!.GetValue<int>().ShouldBe(0);
        await desktop.Desktop.ChangeAsync(new { state = "running" });
        await desktop.ShowsWhatIsPaintedAsync("#ab3412", (0xab, 0x34, 0x12));

        await desktop.Desktop.DeleteAsync();
        // The task is stopped by what plays ECS's scheduler, a moment after its service is gone.
        await Eventually.HoldsAsync(async () => (await running.Account.WhatIsLeftAsync(desktop.Id)).Count == 0, "nothing of the desktop is left");
    }

    private string RoutesOnDisk() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(running.Product.Data.Router, "maps"), "*.map").Select(File.ReadAllText));
}
