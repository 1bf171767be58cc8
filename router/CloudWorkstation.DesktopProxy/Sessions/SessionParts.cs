using CloudWorkstation.DesktopProxy.Api;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>What every session shares.</summary>
internal sealed record SessionParts(ProxySettings Settings, InternalApi Api, Heartbeat Heartbeat, ProxyMetrics Metrics, TimeProvider Time, ILogger<DesktopSession> Logger);
