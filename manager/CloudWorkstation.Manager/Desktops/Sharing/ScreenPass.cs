using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>What a connection is granted for.</summary>
/// <param name="Access">View or control.</param>
/// <param name="Share">The share that lets the person in; null for the owner.</param>
/// <param name="Besides">Goes into the commit of the grant; where it loses a race nothing is granted. Null for nothing.</param>
internal sealed record ScreenPass(ScreenAccess Access, string? Share, DocumentWrite? Besides = null)
{
    /// <value>An administrator's look; false for a guest, who has a link, and for the owner.</value>
    public bool IsLook { get; init; }

    public static ScreenPass OfOwner { get; } = new(ScreenAccess.Control, null);
}
