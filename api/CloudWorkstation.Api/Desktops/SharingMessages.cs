using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;

namespace CloudWorkstation.Api.Desktops;

/// <summary>A share to be made: for named people, or for anyone who is signed in and has the link.</summary>
public sealed record CreateShareRequest
{
    /// <value><c>view</c> or <c>control</c>, and no more than the rules of the desktop allow.</value>
    public required ScreenAccess Access { get; init; }

    /// <value>1 to 20 user names; left out with <c>anyone</c>.</value>
    public IReadOnlyList<string>? People { get; init; }

    /// <value>For anyone who is signed in and has the link.</value>
    public bool? Anyone { get; init; }

    /// <value>Within the next seven days; left out, an hour from now.</value>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <value>The first person who connects is the only one, and may come back until it expires.</value>
    public bool? SingleUse { get; init; }

    public NewShare ToShare() => new(Access, People, Anyone ?? false, ExpiresAt, SingleUse ?? false);
}

/// <summary>A share that was made.</summary>
/// <param name="Share">The share.</param>
/// <param name="Token">The link's secret, shown this once; the link is <c>/shared#TOKEN</c>.</param>
public sealed record MadeShareAnswer(ShareView Share, string Token);

/// <summary>A link that somebody follows.</summary>
public sealed record OpenShareRequest
{
    /// <value>What the link has after its <c>#</c>.</value>
    public required string Token { get; init; }
}

/// <summary>A link by which somebody connects.</summary>
public sealed record ConnectByShareRequest
{
    /// <value>What the link has after its <c>#</c>.</value>
    public required string Token { get; init; }

    /// <value>Which engine shows the desktop; left out, the one that the owner looks through.</value>
    public ScreenEngine? Engine { get; init; }
}

/// <summary>Whose shares are to end.</summary>
public sealed record EndSharesRequest
{
    /// <value>User name or account id; left out, one's own.</value>
    public string? Owner { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Ended">How many shares there were.</param>
public sealed record EndedShares(int Ended);

/// <summary>The owner's answer to who asks to see the screen.</summary>
public sealed record AnswerWatchRequest
{
    public required bool Allow { get; init; }
}
