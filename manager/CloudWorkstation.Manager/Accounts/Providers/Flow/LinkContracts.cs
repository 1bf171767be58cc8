namespace CloudWorkstation.Manager.Accounts;

/// <summary>A provider or directory through which somebody comes in.</summary>
/// <param name="Source"><c>oidc:NAME</c>, <c>ldap:NAME</c>.</param>
/// <param name="Name">The provider's, for its address; null for a directory.</param>
/// <param name="Title">As its button says.</param>
/// <param name="Removable">It is not the last way in, and no directory's.</param>
public sealed record LinkedIdentity(string Source, string? Name, string Title, bool Removable);

/// <param name="Linked">The ways in besides one's own password.</param>
/// <param name="Offered">Providers that could be linked.</param>
public sealed record MyIdentities(IReadOnlyList<LinkedIdentity> Linked, IReadOnlyList<OfferedProvider> Offered);

/// <summary>Ties an account that exists to somebody at a provider. Only its owner does, signed in here and there; an equal e-mail address or name never does.</summary>
public interface IIdentityLinks
{
    Task<Outcome<MyIdentities>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof. The provider asks who it is, so that nobody's session there is linked by accident.</summary>
    Task<Outcome<ProviderDeparture>> LeaveAsync(Actor actor, string provider, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof; the last way in stays.</summary>
    Task<Outcome<bool>> UnlinkAsync(Actor actor, string provider, CancellationToken cancellationToken);
}
