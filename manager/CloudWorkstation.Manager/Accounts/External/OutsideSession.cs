namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>The person's session at the provider that vouched for them; kept with ours so that both can end together.</summary>
/// <param name="Source"><c>oidc:NAME</c>.</param>
/// <param name="Subject">Who they are there.</param>
/// <param name="SessionId">The provider's <c>sid</c>; null when it gives none.</param>
/// <param name="IdToken">Sealed; shown to the provider when the person signs out. Null when there is none.</param>
public sealed record OutsideSession(string Source, string Subject, string? SessionId, string? IdToken);
