using System.Text.Json;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Manager.Tests.Registration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>What happens to desktops is noted in the commit that makes it so, by whichever process does it.</summary>
public sealed class CausesTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_that_is_ready_is_told_of()
    {
        await using var manager = new TestManager();

        var desktop = await manager.BuildAsync(TestManager.Alice, "Blue");

        var notice = (await WaitingAsync(manager)).ShouldHaveSingleItem();
        (notice.Type, notice.Account).ShouldBe((NoticeTypes.DesktopReady, TestManager.Alice.AccountId));
        notice.Data.GetProperty("desktop").GetProperty("id").GetString().ShouldBe(desktop.Id);
        notice.Data.GetProperty("desktop").GetProperty("name").GetString().ShouldBe("Blue");
        notice.Data.GetProperty("owner").GetProperty("userName").GetString().ShouldBe("alice");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_that_failed_is_told_of_with_what_to_do()
    {
        await using var manager = new TestManager();
        manager.Terraform.Next((_, _, _, _) => Task.FromResult(new TerraformOutcome { Failure = TerraformFailureKind.Template }));

        await manager.BuildAsync(TestManager.Alice);

        var notice = (await WaitingAsync(manager)).ShouldHaveSingleItem();
        notice.Type.ShouldBe(NoticeTypes.DesktopFailed);
        notice.Data.GetProperty("failure").GetProperty("kind").GetString().ShouldBe("template");
        notice.Data.GetProperty("failure").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_its_owner_cancels_or_stops_is_no_news_to_them()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var ready = (await WaitingAsync(manager)).Count;
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new() { Power = Power.Off }, Token)).Value;
        await manager.Operations.CancelAsync(TestManager.Alice, stop.Operation!.Id, Token);

        (await WaitingAsync(manager)).Count.ShouldBe(ready);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_owner_is_warned_when_somebody_else_stops_or_deletes_a_desktop()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Admin, desktop.Id, new() { Power = Power.Off }, Token)).Value;
        await manager.RunAsync(stop.Operation!.Id);
        await manager.Desktops.DeleteAsync(TestManager.Admin, desktop.Id, null, Token);

        var told = await WaitingAsync(manager);
        told.Select(n => n.Type).ShouldBe([NoticeTypes.DesktopReady, NoticeTypes.DesktopStoppingSoon, NoticeTypes.DesktopDeletingSoon]);
        told.ShouldAllBe(n => n.Account == TestManager.Alice.AccountId);
        told[2].Data.GetProperty("reason").GetString().ShouldBe("admin asked for it.");
        JsonSerializer.Serialize(told).ShouldNotContain("secret", Case.Insensitive);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_owner_is_told_once_that_an_idle_desktop_is_about_to_be_stopped()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        manager.Templates.All[0] = manager.Templates.All[0] with { Session = new SessionPolicy { IdleStopMinutes = 30 } };
        await manager.BuildAsync(TestManager.Alice);
        var stopsAt = time.GetUtcNow() + TimeSpan.FromMinutes(30);
        async Task<IReadOnlyList<Notice>> LookAsync()
        {
            TestStore.Settle(manager.Paths.Root);
            using var idle = ActivatorUtilities.CreateInstance<IdleStop>(manager.Host.Services);
            await idle.LookAsync(Token);
            return [.. (await WaitingAsync(manager)).Where(n => n.Type == NoticeTypes.DesktopStoppingSoon)];
        }

        time.Advance(TimeSpan.FromMinutes(19));
        (await LookAsync()).ShouldBeEmpty();
        time.Advance(TimeSpan.FromMinutes(2));
        (await LookAsync()).ShouldHaveSingleItem().Data.GetProperty("at").GetDateTimeOffset().ShouldBe(stopsAt);
        time.Advance(TimeSpan.FromMinutes(2));
        (await LookAsync()).ShouldHaveSingleItem();
        time.Advance(TimeSpan.FromMinutes(10));
        (await LookAsync()).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_registers_and_waits_for_an_administrator_is_told_of()
    {
        using var host = new RegistrationHost();
        await host.OpenAsync(new RegistrationSettings { Approval = RegistrationApproval.Admin });
        (await host.VerifyAsync(await host.AskForLinkAsync())).Succeeded.ShouldBeTrue();

        var notice = (await WaitingAsync(host.Store)).ShouldHaveSingleItem();
        (notice.Type, notice.Account).ShouldBe((NoticeTypes.ApprovalAsked, null));
        notice.Data.GetProperty("registration").GetProperty("userName").GetString().ShouldBe("alice");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_second_factor_that_was_reset_is_told_of_with_who_did_it()
    {
        using var host = new AccountsHost();
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var boss = await FactorPerson.EnrolledAsync(host, "boss", "admin");
        (await host.Service<ISecondFactorService>().ResetAsync(boss.Actor, alice.Actor.AccountId, Token)).Succeeded.ShouldBeTrue();

        var notice = (await WaitingAsync(host.Service<IDocumentStore>())).ShouldHaveSingleItem();
        (notice.Type, notice.Account).ShouldBe((NoticeTypes.SecondFactorReset, alice.Actor.AccountId));
        notice.Data.GetProperty("by").GetString().ShouldBe("boss");
    }

    private static Task<IReadOnlyList<Notice>> WaitingAsync(TestManager manager) => WaitingAsync(manager.Store);

    private static async Task<IReadOnlyList<Notice>> WaitingAsync(IDocumentStore store)
    {
        var notices = NoticeDocuments.In(store);
        return [.. (await notices.QueryAsync(notices.Query(NoticeDocuments.Pending, NoticeDocuments.Everything), Token)).Items.Select(i => i.Value)];
    }
}
