using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>The rules in force.</summary>
public interface IAccessPolicy
{
    /// <summary>At most a second old, and never older than a change made in this process.</summary>
    ValueTask<AccessRules> CurrentAsync(CancellationToken cancellationToken);
}

/// <summary>Keeps the rules in memory and looks once a second whether they are still the newest: one small read, however many ask.</summary>
internal sealed class AccessPolicy(AccessDocuments documents, TimeProvider time) : IAccessPolicy, IDisposable
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim loading = new(1);
    private volatile Loaded? loaded;

    public ValueTask<AccessRules> CurrentAsync(CancellationToken cancellationToken) =>
        loaded is { } now && time.GetElapsedTime(now.CheckedAt) < Trusted ? ValueTask.FromResult(now.Rules) : new(RefreshAsync(cancellationToken));

    /// <summary>The rules as stored now, for a change that builds on them.</summary>
    public async Task<AccessRules> ReloadAsync(CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        try
        {
            return await LoadAsync(cancellationToken);
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();

    private async Task<AccessRules> RefreshAsync(CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        try
        {
            return loaded is { } now && time.GetElapsedTime(now.CheckedAt) < Trusted ? now.Rules : await LoadAsync(cancellationToken);
        }
        finally
        {
            loading.Release();
        }
    }

    private async Task<AccessRules> LoadAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var before = loaded?.Rules;
        var rules = before is not null && await documents.RevisionAsync(cancellationToken) == before.Revision ? before : await FirstOrNewAsync(cancellationToken);
        loaded = new Loaded(rules, asked);
        return rules;
    }

    /// <summary>An installation without any rule lets everybody use every template, as a rule that can be seen and changed.</summary>
    private async Task<AccessRules> FirstOrNewAsync(CancellationToken cancellationToken)
    {
        var rules = await documents.LoadAsync(cancellationToken);
        while (rules.Revision == 0)
        {
            await documents.CommitAsync(await FirstAsync(cancellationToken), cancellationToken);
            rules = await documents.LoadAsync(cancellationToken);
        }

        return rules;
    }

    private async Task<IReadOnlyList<DocumentWrite>> FirstAsync(CancellationToken cancellationToken)
    {
        var everything = AccessRules.EveryTemplate;
        var users = BuiltInRoles.All[BuiltInRoles.User] with { Entitlements = [everything.Id] };
        var entitlement = await documents.WritesAsync(everything.Id, new AccessView<Entitlement>(everything, 1), 0, cancellationToken);
        var role = await documents.WritesAsync(users.Name, new AccessView<Role>(users, 1), 0, cancellationToken);

        // One revision for both.
        return [.. entitlement, role[0]];
    }

    private sealed record Loaded(AccessRules Rules, long CheckedAt);
}
