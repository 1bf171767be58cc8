using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>The accounts behind a test's actors, for what asks the store who somebody is.</summary>
internal static class People
{
    public static async Task AddAsync(this TestManager manager, params IEnumerable<Actor> actors)
    {
        foreach (var actor in actors)
        {
            var account = new AccountRecord { Id = actor.AccountId, UserName = actor.UserName, NormalizedUserName = actor.UserName, Roles = actor.Roles, Groups = actor.Groups };
            (await manager.Get<AccountUserStore>().CreateAsync(account, CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
    }

    public static async Task ChangeAsync(this TestManager manager, Actor actor, Action<AccountRecord> change)
    {
        var accounts = manager.Get<AccountUserStore>();
        var account = (await accounts.FindByIdAsync(actor.AccountId, CancellationToken.None))!;
        change(account);
        (await accounts.UpdateAsync(account, CancellationToken.None)).Succeeded.ShouldBeTrue();
    }
}
