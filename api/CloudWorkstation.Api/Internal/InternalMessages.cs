using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Api.Internal;

/// <param name="Session">What the connection may carry.</param>
/// <param name="HeartbeatSeconds">Report this often.</param>
public sealed record OpenAnswer(SessionPolicy Session, int HeartbeatSeconds);

/// <summary>What the proxy saw since the connection began.</summary>
public record ReportRequest
{
    public DateTimeOffset? LastInputAt { get; init; }

    public required long BytesToBrowser { get; init; }

    public required long BytesToDesktop { get; init; }

    public double? RoundTripMilliseconds { get; init; }

    public ConnectionReport ToReport() => new(LastInputAt, BytesToBrowser, BytesToDesktop, RoundTripMilliseconds);
}

public sealed record CloseRequest : ReportRequest
{
    public required string Reason { get; init; }
}
