namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("desktop", "A desktop was shared by a link; the detail says what it gives, to whom and until when. Refused, it names the reason.")]
    public const string ShareCreate = "share.create";

    [Audited("desktop", "A share was ended, and the connections that came by it.")]
    public const string ShareRevoke = "share.revoke";

    [Audited("desktop", "Somebody opened a link that does not work for them. What a link let in is a desktop.connect.")]
    public const string ShareOpen = "share.open";

    [Audited("desktop", "The owner ended somebody else's look at the screen.")]
    public const string WatcherRemove = "watcher.remove";

    [Audited("desktop", "An administrator asked the owner to be let see the screen.")]
    public const string WatchAsk = "watch.ask";

    [Audited("desktop", "The owner allowed an administrator to see the screen (accepted), or did not (refused).")]
    public const string WatchAnswer = "watch.answer";
}
