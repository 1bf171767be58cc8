namespace CloudWorkstation.MachineRoom.Platform;

/// <summary>Whether the platform is there. The product is started after it.</summary>
public sealed class PlatformReady
{
    public Facts? Facts { get; set; }
}
