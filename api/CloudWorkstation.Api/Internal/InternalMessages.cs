using System.Buffers.Text;
using System.Text;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Api.Internal;

/// <param name="Session">What the connection may carry.</param>
/// <param name="HeartbeatSeconds">Report this often.</param>
/// <param name="Access"><c>control</c> or <c>view</c>.</param>
/// <param name="Viewer">Who is looking, by user name.</param>
/// <param name="EndsAt">When the proxy ends the connection by itself; null for never.</param>
/// <param name="Recording">The recording that the proxy must make; null for none.</param>
public sealed record OpenAnswer(SessionPolicy Session, int HeartbeatSeconds, string Access, string Viewer, DateTimeOffset? EndsAt, RecordingOrder? Recording)
{
    public static OpenAnswer Of(OpenedConnection opened, int heartbeatSeconds) =>
        new(opened.Session, heartbeatSeconds, opened.Access, opened.Viewer, opened.EndsAt, opened.Recording);
}

/// <summary>What the proxy saw since the connection began.</summary>
public record ReportRequest
{
    public DateTimeOffset? LastInputAt { get; init; }

    public required long BytesToBrowser { get; init; }

    public required long BytesToDesktop { get; init; }

    public double? RoundTripMilliseconds { get; init; }

    public DateTimeOffset? FirstFrameAt { get; init; }

    public ConnectionReport ToReport() => new(LastInputAt, BytesToBrowser, BytesToDesktop, RoundTripMilliseconds) { FirstFrameAt = FirstFrameAt };
}

public sealed record CloseRequest : ReportRequest
{
    public required string Reason { get; init; }
}

/// <param name="Kid">Name of the key.</param>
/// <param name="Sealed">Base64url of the private key's PEM, encrypted under the secret that api and desktop proxies share.</param>
public sealed record ProxyKeyAnswer(string Kid, string Sealed)
{
    public static ProxyKeyAnswer Of(RsaKey key, string secret) => new(key.Kid, Base64Url.EncodeToString(SecretBox.Seal(
        Encoding.UTF8.GetBytes(secret.Trim()), SecretBox.DesktopProxyKey, key.Kid, Encoding.ASCII.GetBytes(key.Rsa.ExportPkcs8PrivateKeyPem()))));
}

/// <param name="Desktop">The desktop that the proxy serves.</param>
/// <param name="Address">Where it listens, <c>ip:port</c>.</param>
public sealed record ProxyAnnouncement(string Desktop, string Address);
