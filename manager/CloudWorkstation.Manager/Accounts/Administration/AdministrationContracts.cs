using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Accounts.Administration;

/// <summary>Which accounts; members that are null do not narrow.</summary>
public sealed record AccountFilter
{
    /// <value>Part of the user name, the display name or the e-mail address.</value>
    public string? Search { get; init; }

    public bool? Disabled { get; init; }

    /// <value>Locked out at this moment.</value>
    public bool? Locked { get; init; }

    /// <value>Has this role itself; roles that a group gives are the group's.</value>
    public string? Role { get; init; }

    /// <value>In this group, wherever that is said.</value>
    public string? Group { get; init; }

    /// <value><c>local</c>, or a provider or directory such as <c>oidc:NAME</c>.</value>
    public string? Source { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>What somebody has who is about to leave.</summary>
/// <param name="Account">Who.</param>
/// <param name="Desktops">Their desktops, at most <see cref="MostDesktops"/>.</param>
/// <param name="MoreDesktops">There are more than these.</param>
/// <param name="Sessions">Where they are signed in now.</param>
/// <param name="Tokens">Their API tokens; those of a disabled account are refused until it is enabled again.</param>
public sealed record Possessions(
    AccountView Account, IReadOnlyList<DesktopView> Desktops, bool MoreDesktops, IReadOnlyList<SessionInfo> Sessions, IReadOnlyList<ApiTokenInfo> Tokens)
{
    public const int MostDesktops = 200;
}

/// <summary>What administrators and the help desk do with other people's accounts, besides changing them.</summary>
public interface IAccountAdministration
{
    Task<Outcome<Listing<AccountView>>> ListAsync(Actor actor, AccountFilter filter, CancellationToken cancellationToken);

    /// <summary>Lets somebody try again who was locked out by wrong passwords.</summary>
    Task<Outcome<AccountView>> UnlockAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Everybody's live sessions, newest first.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="search">Part of the user name or the address.</param>
    /// <param name="limit">Items wanted.</param>
    /// <param name="cursor">From the page before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<Outcome<Listing<SessionInfo>>> SessionsAsync(Actor actor, string? search, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Signs somebody out everywhere; oneself everywhere else.</summary>
    Task<Outcome<bool>> EndSessionsAsync(Actor actor, string id, CancellationToken cancellationToken);

    Task<Outcome<Possessions>> PossessionsAsync(Actor actor, string id, CancellationToken cancellationToken);
}
