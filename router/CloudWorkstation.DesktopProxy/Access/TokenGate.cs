using CloudWorkstation.DesktopProxy.Http;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Access;

/// <summary>A verified right to open one desktop.</summary>
internal sealed record Ticket(DesktopToken Token, DesktopTarget Target);

/// <summary>Turns the cookie of an upgrade request into a <see cref="Ticket"/> or a refusal.</summary>
internal sealed class TokenGate(SigningKeys keys, TargetKey targetKey, Revocations revocations, TimeProvider time)
{
    public async Task<(Ticket? Ticket, Refusal? Refusal)> CheckAsync(string cookie, string desktop, CancellationToken cancellationToken)
    {
        var token = Verify(cookie, out var failure);
        if (failure == TokenFailure.UnknownKey)
        {
            await keys.RefreshForUnknownAsync(cancellationToken);
            token = Verify(cookie, out failure);
        }

        if (!keys.IsLoaded)
        {
            return (null, Refusal.Unavailable("The token keys are not known yet."));
        }

        if (token is null)
        {
            return (null, Refusal.Unauthenticated($"The desktop token was refused: {failure}."));
        }

        if (!string.Equals(token.Desktop, desktop, StringComparison.Ordinal))
        {
            return (null, Refusal.Forbidden("The desktop token belongs to another desktop."));
        }

        if (revocations.Contains(token.SessionId))
        {
            return (null, Refusal.Unauthenticated("The session was signed out."));
        }

        if (!targetKey.IsLoaded)
        {
            return (null, Refusal.Unavailable("The proxy's own key is not known yet."));
        }

        return targetKey.Decrypt(token.EncryptedTarget) is { } target && IsUsable(target)
            ? (new Ticket(token, target), null)
            : (null, Refusal.Unauthenticated("The desktop token carries no target for this proxy."));
    }

    private DesktopToken? Verify(string cookie, out TokenFailure failure) => DesktopToken.Verify(cookie, keys.Find, time.GetUtcNow(), out failure);

    private static bool IsUsable(DesktopTarget target) =>
        target is { Protocol: "vnc" or "rdp" or "ssh", Port: > 0 and <= ushort.MaxValue, Secret: not null } && !string.IsNullOrEmpty(target.Host);
}
