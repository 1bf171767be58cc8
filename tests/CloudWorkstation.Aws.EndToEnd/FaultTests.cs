using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>What goes wrong in an account, and what a person sees of it.</summary>
[Collection(CloudProduct.Name)]
public sealed class FaultTests(CloudProduct running)
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task The_api_killed_while_a_machine_is_built_finishes_with_that_one_machine()
    {
        var (desktop, operation) = await CloudDesktop.BeginAsync(running.Product, running.Admin, running.Account);
        // The worst moment: the machine is ordered, and no state says so.
        await Eventually.HoldsAsync(async () => (await running.Account.InstancesAsync(desktop.Id)).Count == 1, "the machine is ordered");
        await running.Product.KillAndAwaitReturnAsync("api");
        await Eventually.HoldsAsync(async () => (await running.Admin.GetAsync("/api/v1/me")).Status == 200, "the api answers again");

        var ended = await desktop.Desktop.EndOfAsync(operation);

        (ended["state"]!.GetValue<string>(), ended["attempt"]!.GetValue<int>()).ShouldBe(("succeeded", 2), ended.ToJsonString());
        await desktop.InstanceAsync();
        await Eventually.HoldsAsync(
            async () => (await running.Admin.GetAsync(desktop.Desktop.Path)).Body["connectable"]!.GetValue<bool>(), "the desktop can be opened");
        await desktop.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));
        await desktop.Desktop.DeleteAsync();
        (await running.Account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_machine_terminated_from_outside_shows_within_a_minute_and_repair_builds_another()
    {
        var desktop = await CloudDesktop.CreateAsync(running.Product, running.Admin, running.Account);
        var lost = await desktop.InstanceAsync();

        await running.Account.TerminateAsync(lost);
        await ObservedAsync(desktop, "missing");

        (await desktop.EndOfAsync(await running.Admin.PatchAsync(desktop.Desktop.Path, new { state = "running" })))["state"]!.GetValue<string>().ShouldBe("succeeded");
        (await desktop.InstanceAsync()).ShouldNotBe(lost);
        await desktop.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));
        await ObservedAsync(desktop, "running");
        await desktop.Desktop.DeleteAsync();
        (await running.Account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_machine_stopped_from_outside_shows_within_a_minute_and_repair_starts_it()
    {
        var desktop = await CloudDesktop.CreateAsync(running.Product, running.Admin, running.Account);
        var instance = await desktop.InstanceAsync();

        await running.Account.StopAsync(instance);
        await ObservedAsync(desktop, "stopped");

        (await desktop.EndOfAsync(await running.Admin.PatchAsync(desktop.Desktop.Path, new { state = "running" })))["state"]!.GetValue<string>().ShouldBe("succeeded");
        (await running.Account.InstancesAsync(desktop.Id)).ShouldBe([(instance, "running")]);
        await desktop.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));
        await desktop.Desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_state_locked_by_somebody_else_is_told_and_the_lock_is_left_alone()
    {
        var desktop = await CloudDesktop.CreateAsync(running.Product, running.Admin, running.Account);
        var key = (await running.Account.StateKeysAsync()).Single(key => key.Contains(desktop.Id, StringComparison.Ordinal)) + ".tflock";
        await running.Account.PutStateObjectAsync(
            key, """{"ID":"5b7f7d1e-0000-4000-8000-000000000001","Operation":"OperationTypeApply","Info":"","Who":"engineer@laptop","Version":"1.11.4","Created":"2026-01-01T00:00:00Z","Path":"elsewhere"}""");

        var stop = await running.Admin.PatchAsync(desktop.Desktop.Path, new { state = "stopped" });
        var failure = await desktop.FailureOfAsync(stop.Body["operation"]!["id"]!.GetValue<string>());

        failure["kind"]!.GetValue<string>().ShouldBe("locked", failure.ToJsonString());
        failure["message"]!.GetValue<string>().ShouldNotBeEmpty();
        (await running.Account.StateKeysAsync()).ShouldContain(key, "it is not ours to remove");
        await running.Account.DeleteStateObjectAsync(key);
        var ended = await desktop.EndOfAsync(stop);
        if (ended["state"]!.GetValue<string>() != "succeeded")
            await desktop.EndOfAsync(await running.Admin.PostAsync($"/api/v1/operations/{ended["id"]!.GetValue<string>()}/retry"));
        await desktop.Desktop.UntilStatusAsync("stopped");
        await desktop.Desktop.DeleteAsync();
        (await running.Account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    /// <summary>Eventually's limit is a minute: what happens outside must show within it.</summary>
    private static Task ObservedAsync(CloudDesktop desktop, string state) => Eventually.HoldsAsync(
        async () => (await desktop.Desktop.GetAsync())["observed"]?["state"]?.GetValue<string>() == state, $"desktop {desktop.Id} is observed {state}");
}
