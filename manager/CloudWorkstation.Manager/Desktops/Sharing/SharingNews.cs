using CloudWorkstation.Manager.Events;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Tells those whom it concerns, and the desktop proxies, in the commit of the change itself.</summary>
internal static class SharingNews
{
    /// <summary>What a connection ends with when what let it in has ended.</summary>
    public const string ShareEnded = "share-ended";

    /// <summary>The owner and everybody at the screen hear who is there now. An owner alone with the own desktop need not be told.</summary>
    public static ChangeSet TellWatchers(this ChangeSet set, DesktopSharing before, DesktopSharing after, string owner)
    {
        if (before.Watchers.Concat(after.Watchers).All(w => w.Account == owner))
        {
            return set;
        }

        var data = new { after.Desktop, Items = after.Watchers.Select(w => w.ToView()) };
        foreach (var account in after.Watchers.Select(w => w.Account).Append(owner).Distinct(StringComparer.Ordinal))
        {
            set.Tell(EventKinds.Watchers, account, data);
        }

        return set;
    }

    /// <summary>Ends the connections of those who are gone.</summary>
    public static ChangeSet EndWatchers(this ChangeSet set, DesktopSharing before, DesktopSharing after)
    {
        foreach (var gone in before.Watchers.ExceptBy(after.Watchers.Select(w => w.Connection), w => w.Connection))
        {
            set.EndConnection(before.Desktop, gone.Connection, ShareEnded);
        }

        return set;
    }

    public static ChangeSet TellRequest(this ChangeSet set, string desktop, WatchRequest request, DateTimeOffset now, params IEnumerable<string> accounts)
    {
        foreach (var account in accounts)
        {
            set.Tell(EventKinds.WatchRequest, account, request.ToView(desktop, now));
        }

        return set;
    }
}
