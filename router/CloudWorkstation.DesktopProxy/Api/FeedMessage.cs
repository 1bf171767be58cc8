namespace CloudWorkstation.DesktopProxy.Api;

/// <summary>A message of <c>/internal/v1/feed</c>: the event's name and whichever members its data has.</summary>
internal sealed record FeedMessage(string? Event, string? Desktop, string? State, string? Connection, string? SessionId, string? Reason, DateTimeOffset? Until);
