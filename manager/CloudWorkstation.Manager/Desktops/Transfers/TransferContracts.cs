namespace CloudWorkstation.Manager.Desktops.Transfers;

/// <param name="Owner">Account id or user name of the new owner.</param>
/// <param name="IfVersion">The version that the desktop must still have; null for any.</param>
public sealed record TransferDesktop(string Owner, long? IfVersion);

/// <summary>Hands a desktop, with everything on it, from one person to another.</summary>
public interface IDesktopTransfer
{
    /// <summary>
    /// One atomic commit: owner, lists, both quota counters, audit entry, events. From then on nothing that the person before was given
    /// opens the desktop. Refused while an operation is under way, and where the new owner may not have such a desktop.
    /// </summary>
    Task<Outcome<DesktopView>> TransferAsync(Actor actor, string id, TransferDesktop request, CancellationToken cancellationToken);
}
