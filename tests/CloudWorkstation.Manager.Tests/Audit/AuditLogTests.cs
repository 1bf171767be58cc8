using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Audit;

public sealed class AuditLogTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Who_did_what_to_a_desktop_is_found_by_target_by_actor_and_by_day()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var byTarget = await QueryAsync(manager, new AuditFilter { Target = $"desktop/{desktop.Id}" });
        var byActor = await QueryAsync(manager, new AuditFilter { ActorId = TestManager.Alice.AccountId });
        var today = await QueryAsync(manager, new AuditFilter());

        byTarget.Select(e => e.Action).ShouldBe(["desktop.create.end", "desktop.create"]);
        byActor.Select(e => e.Action).ShouldBe(["desktop.create"]);
        today.Count.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_creation_is_on_record()
    {
        await using var manager = new TestManager();
        await manager.CreateAsync(TestManager.Alice, template: "tiny");
        await manager.Desktops.CreateAsync(TestManager.Alice, new Manager.Desktops.CreateDesktop("tiny", "Two", new Dictionary<string, System.Text.Json.JsonElement>()), None);

        (await QueryAsync(manager, new AuditFilter { ActorId = TestManager.Alice.AccountId }))[0].Result.ShouldBe("refused");
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_admins_read_the_trail()
    {
        await using var manager = new TestManager();

        (await manager.Get<IAuditLog>().QueryAsync(TestManager.Alice, new AuditFilter(), None)).Problem!.Code.ShouldBe("forbidden");
    }

    private static async Task<IReadOnlyList<AuditEntry>> QueryAsync(TestManager manager, AuditFilter filter) =>
        (await manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, filter, None)).Value.Items;
}
