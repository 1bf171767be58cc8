using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>The providers as they are set now, and our own addresses that they know.</summary>
internal sealed class ProviderCatalogue(ISettings<ProvidersSettings> settings, PublicLinks links)
{
    public async Task<IReadOnlyList<ProviderSettings>> EnabledAsync(CancellationToken cancellationToken) =>
        [.. (await settings.CurrentAsync(cancellationToken)).Providers.Where(p => p.Enabled)];

    public async Task<ProviderSettings?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await EnabledAsync(cancellationToken)).FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal));

    /// <summary>One per provider: an answer that comes back by another provider's way is another provider's (RFC 9700 section 4.4.2.2).</summary>
    public string RedirectUri(string provider) => links.To($"/auth/oidc/{provider}/callback");

    public string BackChannelUri(string provider) => links.To($"/auth/oidc/{provider}/back-channel-logout");

    public string SignedOutUri => links.To("/sign-in");
}
