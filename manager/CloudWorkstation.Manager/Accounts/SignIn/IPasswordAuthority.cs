using CloudWorkstation.Manager.Accounts.External;

namespace CloudWorkstation.Manager.Accounts.SignIn;

/// <summary>Somebody besides our own accounts who knows whether a name and a password belong together.</summary>
internal interface IPasswordAuthority
{
    /// <summary>Must take as long for a name that it does not know as for one that it does.</summary>
    Task<PasswordAnswer> TryAsync(string userName, string password, CancellationToken cancellationToken);

    /// <summary>
    /// The same work about a name that it may not answer for, because a local account has it. What it learns is thrown away, and no password of a
    /// local account ever leaves: it is given none.
    /// </summary>
    Task<PasswordAnswer> PretendAsync(string userName, CancellationToken cancellationToken);
}

/// <summary>What an authority says. Without an identity and a refusal it is: no.</summary>
internal sealed record PasswordAnswer
{
    public static PasswordAnswer No { get; } = new();

    /// <value>Who it is, when name and password belong together and the person may come in.</value>
    public ExternalIdentity? Identity { get; init; }

    /// <value>Why the person may not come in although the authority knows them.</value>
    public Problem? Refusal { get; init; }

    /// <value>The same for the audit trail, with the authority's name.</value>
    public string? RefusedFor { get; init; }

    /// <value>Some of those that might have known did not answer.</value>
    public bool Unanswered { get; init; }
}
