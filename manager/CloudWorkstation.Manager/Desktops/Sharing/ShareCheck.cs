using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Desktops.Policies;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Whether what let a connection in still does, asked when it opens and with every report.</summary>
internal sealed class ShareCheck(SharingDocuments sharing, ISessionPolicies policies, AccountUserStore accounts, TimeProvider time)
{
    /// <summary>The reason for which the connection must not be; null when it may, as that of an owner may.</summary>
    public async Task<string?> ReasonAsync(Connection connection, Desktop desktop, CancellationToken cancellationToken) =>
        connection.ShareId is null ? null : await ReasonAsync(connection, desktop, (await sharing.ReadAsync(desktop.Id, cancellationToken)).Value, cancellationToken);

    /// <summary>The same with the document as it was read, for a commit that builds on it.</summary>
    public async Task<string?> ReasonAsync(Connection connection, Desktop desktop, DesktopSharing found, CancellationToken cancellationToken)
    {
        if (connection.ShareId is null)
        {
            return null;
        }

        if (found.Shares.FirstOrDefault(s => s.Id == connection.ShareId) is not { } share
            || !ShareRules.IsFor(share, connection.Account)
            || !await LivesAsync(share, desktop, cancellationToken)
            || ShareRules.Narrowed(share, await policies.EffectiveAsync(desktop, cancellationToken)) is not { } most)
        {
            return SharingNews.ShareEnded;
        }

        return connection.Access > most ? "policy" : null;
    }

    /// <summary>An owner who is disabled shares nothing any more.</summary>
    public async Task<bool> LivesAsync(Share share, Desktop desktop, CancellationToken cancellationToken) =>
        ShareRules.Lives(share, desktop, time.GetUtcNow())
        && (share.IsWatch || await accounts.FindByIdAsync(desktop.Owner, cancellationToken) is { Disabled: false });
}
