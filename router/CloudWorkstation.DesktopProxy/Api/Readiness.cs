using CloudWorkstation.DesktopProxy.Access;

namespace CloudWorkstation.DesktopProxy.Api;

/// <summary>Whether new sessions can be served: the keys are known and the feed that could end them is alive.</summary>
internal sealed class Readiness(SigningKeys keys, TargetKey targetKey)
{
    private volatile bool _synced;

    public bool IsSynced
    {
        get => _synced;
        set => _synced = value;
    }

    /// <summary>What is missing, null when nothing is.</summary>
    public string? Problem => !keys.IsLoaded ? "no token keys yet" : !targetKey.IsLoaded ? "no key of the proxy's own yet" : !_synced ? "no feed from the api" : null;
}
