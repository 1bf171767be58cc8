using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// Makes the write that tells of something, for the commit that makes it so. Who is told, and how, is found out afterwards by
/// <see cref="NoticeDispatcher"/>: whoever changes a desktop in a worker knows neither accounts nor mail.
/// </summary>
internal interface INotices
{
    DocumentWrite DesktopReady(Desktop desktop);

    DocumentWrite DesktopFailed(Desktop desktop, Failure failure);

    /// <param name="desktop">As it is now.</param>
    /// <param name="at">When it will be stopped.</param>
    /// <param name="reason">For the owner, for example <c>It has not been used for 60 minutes.</c></param>
    DocumentWrite DesktopStoppingSoon(Desktop desktop, DateTimeOffset at, string reason);

    /// <inheritdoc cref="DesktopStoppingSoon"/>
    DocumentWrite DesktopDeletingSoon(Desktop desktop, DateTimeOffset at, string reason);

    /// <summary>Somebody registered and waits for an administrator.</summary>
    DocumentWrite ApprovalAsked(string registration, string userName, string? email);

    DocumentWrite AccountLocked(string account, string userName, DateTimeOffset until, string? address);

    /// <param name="account">Whose.</param>
    /// <param name="userName">As shown.</param>
    /// <param name="by">Who did it.</param>
    DocumentWrite SecondFactorReset(string account, string userName, string by);

    /// <summary>Something that is sent has not arrived for a while.</summary>
    /// <param name="channel">For example <c>webhook/tickets</c>.</param>
    /// <param name="since">Since when nothing has arrived.</param>
    /// <param name="problem">What the last attempt came to.</param>
    DocumentWrite DeliveryFailing(string channel, DateTimeOffset since, string problem);
}
