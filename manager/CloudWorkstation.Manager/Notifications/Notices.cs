using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications;

/// <inheritdoc />
internal sealed class Notices(IDocumentStore store, SortableIds ids, TimeProvider time) : INotices
{
    private readonly Collection<Notice> notices = NoticeDocuments.In(store);

    public DocumentWrite DesktopReady(Desktop desktop) =>
        Write(NoticeTypes.DesktopReady, desktop.Owner, new { desktop = Facts(desktop), owner = Owner(desktop) });

    public DocumentWrite DesktopFailed(Desktop desktop, Failure failure) => Write(
        NoticeTypes.DesktopFailed,
        desktop.Owner,
        new { desktop = Facts(desktop), owner = Owner(desktop), failure = new { failure.Kind, failure.Message, failure.Fix, failure.Operation } });

    public DocumentWrite DesktopStoppingSoon(Desktop desktop, DateTimeOffset at, string reason) =>
        Write(NoticeTypes.DesktopStoppingSoon, desktop.Owner, new { desktop = Facts(desktop), owner = Owner(desktop), at, reason });

    public DocumentWrite DesktopDeletingSoon(Desktop desktop, DateTimeOffset at, string reason) =>
        Write(NoticeTypes.DesktopDeletingSoon, desktop.Owner, new { desktop = Facts(desktop), owner = Owner(desktop), at, reason });

    public DocumentWrite ApprovalAsked(string registration, string userName, string? email) =>
        Write(NoticeTypes.ApprovalAsked, null, new { registration = new { id = registration, userName, email } });

    public DocumentWrite AccountLocked(string account, string userName, DateTimeOffset until, string? address) =>
        Write(NoticeTypes.AccountLocked, account, new { account = new { id = account, userName }, until, address });

    public DocumentWrite SecondFactorReset(string account, string userName, string by) =>
        Write(NoticeTypes.SecondFactorReset, account, new { account = new { id = account, userName }, by });

    public DocumentWrite DeliveryFailing(string channel, DateTimeOffset since, string problem) =>
        Write(NoticeTypes.DeliveryFailing, null, new { channel, since, problem });

    private static object Facts(Desktop desktop) => new { desktop.Id, desktop.Name, desktop.Template, desktop.Status };

    private static object Owner(Desktop desktop) => new { Id = desktop.Owner, UserName = desktop.OwnerName };

    private DocumentWrite Write(string type, string? account, object data) =>
        notices.Add(new Notice { Id = ids.Next(), Type = type, At = time.GetUtcNow(), Account = account, Data = ProductJson.Element(data) });
}
