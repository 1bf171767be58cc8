namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>What a connection may do with a screen. The order counts: the lesser of two is the smaller.</summary>
public enum ScreenAccess
{
    View,
    Control,
}

/// <param name="Access">View or control.</param>
/// <param name="People">User names; null where <paramref name="Anyone"/> is set.</param>
/// <param name="Anyone">Anyone who is signed in and has the link.</param>
/// <param name="ExpiresAt">Within the next seven days; null for an hour from now.</param>
/// <param name="SingleUse">The first person who connects is the only one.</param>
public sealed record NewShare(ScreenAccess Access, IReadOnlyList<string>? People, bool Anyone, DateTimeOffset? ExpiresAt, bool SingleUse);

/// <summary>A share as its owner sees it.</summary>
/// <param name="Id">Names the share.</param>
/// <param name="MadeBy">Whose decision it was.</param>
/// <param name="Access">What it gives at most; the rules of the desktop may allow less.</param>
/// <param name="People">For whom; empty for anyone who is signed in and has the link.</param>
/// <param name="Anyone">For anyone who is signed in and has the link.</param>
/// <param name="SingleUse">The first person who connects is the only one.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="UsedBy">Who has connected with it, the last twenty.</param>
public sealed record ShareView(
    string Id, string MadeBy, ScreenAccess Access, IReadOnlyList<string> People, bool Anyone, bool SingleUse, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, IReadOnlyList<ShareUse> UsedBy);

/// <summary>Who used a share, and when first.</summary>
public sealed record ShareUse(string UserName, DateTimeOffset At);

/// <summary>A share that was made just now, with the only copy of its token.</summary>
public sealed record MadeShare(ShareView Share, string Token);

/// <summary>What a link opens, for the person who holds it.</summary>
/// <param name="Share">Names the share.</param>
/// <param name="Desktop">The desktop.</param>
/// <param name="Access">What it gives now.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record OpenedShare(string Share, SharedDesktop Desktop, ScreenAccess Access, DateTimeOffset ExpiresAt);

/// <summary>As much of a desktop as a guest may know.</summary>
public sealed record SharedDesktop(string Id, string Name, OwnerModel Owner);

/// <summary>How somebody came to a screen.</summary>
public enum WatcherRole
{
    Owner,
    Guest,

    /// <summary>By their permission to open everyone's screens, and as the rules of the desktop have it.</summary>
    Admin,
}

/// <summary>Somebody who looks at a screen now.</summary>
/// <param name="Id">Their connection.</param>
/// <param name="UserName">Who.</param>
/// <param name="Role">How they came here.</param>
/// <param name="Access">What they may do.</param>
/// <param name="Since">Since when.</param>
public sealed record WatcherView(string Id, string UserName, WatcherRole Role, ScreenAccess Access, DateTimeOffset Since);

public enum WatchRequestState
{
    Pending,
    Allowed,
    Refused,

    /// <summary>Nobody answered in time, which is as good as a refusal.</summary>
    Unanswered,
}

/// <summary>An administrator asks to see a screen.</summary>
/// <param name="Id">Names the request.</param>
/// <param name="Desktop">The desktop.</param>
/// <param name="UserName">Who asks.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Until">Without an answer by then it is refused.</param>
/// <param name="State">How it stands.</param>
public sealed record WatchRequestView(string Id, string Desktop, string UserName, DateTimeOffset AskedAt, DateTimeOffset Until, WatchRequestState State);

/// <summary>Sharing of running desktops by link.</summary>
public interface IDesktopShares
{
    /// <summary>For the owner alone, of a running desktop, and as far as its rules allow it.</summary>
    Task<Outcome<MadeShare>> CreateAsync(Actor actor, string desktop, NewShare share, CancellationToken cancellationToken);

    /// <summary>Those that work, newest first; for the owner, and for who manages everyone's desktops.</summary>
    Task<Outcome<IReadOnlyList<ShareView>>> ListAsync(Actor actor, string desktop, CancellationToken cancellationToken);

    /// <summary>Ends a share and every connection that came by it; for the owner, and for who manages everyone's desktops.</summary>
    Task<Outcome<bool>> RevokeAsync(Actor actor, string desktop, string share, CancellationToken cancellationToken);

    /// <summary>What a link opens. Everything that does not work is the same problem.</summary>
    Task<Outcome<OpenedShare>> OpenAsync(Actor actor, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Grants a connection to a guest; of a single-use share the first person becomes the only one. Without an <paramref name="engine"/> it is the one that
    /// the owner looks through now. A desktop that lets in one session only is joined: without the owner there is none.
    /// </summary>
    Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string share, string? token, ScreenEngine? engine, CancellationToken cancellationToken);
}

/// <summary>Who looks at a screen, and who asks to.</summary>
public interface IDesktopWatchers
{
    /// <summary>For the owner and for everybody who looks at it.</summary>
    Task<Outcome<IReadOnlyList<WatcherView>>> ListAsync(Actor actor, string desktop, CancellationToken cancellationToken);

    /// <summary>Ends somebody else's connection for good: what let them in lets them in no more. For the owner alone.</summary>
    Task<Outcome<bool>> RemoveAsync(Actor actor, string desktop, string connection, CancellationToken cancellationToken);

    /// <summary>The owner reads who is asking; who asks reads their own.</summary>
    Task<Outcome<IReadOnlyList<WatchRequestView>>> RequestsAsync(Actor actor, string desktop, CancellationToken cancellationToken);

    /// <summary>For the owner alone.</summary>
    Task<Outcome<WatchRequestView>> AnswerAsync(Actor actor, string desktop, string request, bool allow, CancellationToken cancellationToken);
}
