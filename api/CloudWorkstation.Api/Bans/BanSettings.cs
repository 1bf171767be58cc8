using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Api.Bans;

/// <summary>When an address is kept out by itself.</summary>
public sealed class BanSettings
{
    /// <value>Refused sign-ins from one address, within the window, that ban it; 0 never does. The default value is 50.</value>
    [Range(0, 1_000_000)]
    public int Refusals { get; set; } = 50;

    /// <value>Over how many minutes they are counted. The default value is 10.</value>
    [Range(1, 1440)]
    public int Window { get; set; } = 10;

    /// <value>How many minutes such a ban lasts. The default value is 15.</value>
    [Range(1, 10_080)]
    public int Minutes { get; set; } = 15;

    /// <value>
    /// Networks that are never banned by themselves, comma-separated: an office behind one address must not be locked out by one person in it.
    /// This machine's own addresses are always among them.
    /// </value>
    public string? TrustedNetworks { get; set; }
}
