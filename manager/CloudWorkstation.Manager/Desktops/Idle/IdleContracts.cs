namespace CloudWorkstation.Manager.Desktops.Idle;

/// <summary>How a running desktop stands with its idle time.</summary>
/// <param name="Since">The last use: input, opening it, starting or changing it.</param>
/// <param name="StopAfterMinutes">Of its template, or less by its owner's groups; null when it is never stopped for being idle.</param>
/// <param name="StopsAt">When it is stopped if nothing happens; null when it is not.</param>
/// <param name="RemainingSeconds">Until then, by the server's clock; null when it is not stopped.</param>
/// <param name="WarningSeconds">How long before the stop a page should warn; null when it is not stopped.</param>
/// <param name="KeptAwakeUntil">What the owner has asked for; null when nothing, or when it has passed.</param>
public sealed record DesktopIdle(
    DateTimeOffset Since,
    int? StopAfterMinutes,
    DateTimeOffset? StopsAt,
    int? RemainingSeconds,
    int? WarningSeconds,
    DateTimeOffset? KeptAwakeUntil);

/// <summary>Idle times, for the people whose desktops they are.</summary>
public interface IDesktopIdleService
{
    /// <summary>A conflict when the desktop does not run.</summary>
    Task<Outcome<DesktopIdle>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Keeps the desktop from being stopped for being idle, for at most 24 hours from now; null takes that back.</summary>
    Task<Outcome<DesktopIdle>> KeepAwakeAsync(Actor actor, string id, DateTimeOffset? until, CancellationToken cancellationToken);
}
