namespace CloudWorkstation.Manager.Desktops;

/// <summary>What a browser's tunnel speaks.</summary>
public enum ScreenEngine
{
    /// <summary>The VNC server's own protocol, straight through.</summary>
    Rfb,

    /// <summary>Guacamole's, with guacd between.</summary>
    Guacamole,
}

/// <summary>Which engines a desktop can be opened through.</summary>
internal static class ScreenEngines
{
    public const string Vnc = "vnc";

    /// <summary>The usual one first: RFB is by far the cheapest way to show a VNC desktop, RDP and SSH need guacd.</summary>
    public static IReadOnlyList<ScreenEngine> For(string protocol, ManagerOptions options) =>
    [
        .. protocol == Vnc ? [ScreenEngine.Rfb] : Array.Empty<ScreenEngine>(),
        .. options.Guacd is null ? Array.Empty<ScreenEngine>() : [ScreenEngine.Guacamole],
    ];

    /// <summary>Whether a second session shows the same screen: RDP throws the first one out, SSH begins another shell.</summary>
    public static bool LetsInSeveral(string protocol) => protocol == Vnc;

    public static Outcome<ScreenEngine> Choose(string protocol, ScreenEngine? wanted, ManagerOptions options)
    {
        var engines = For(protocol, options);
        if (wanted is null ? engines.Count > 0 : engines.Contains(wanted.Value))
        {
            return wanted ?? engines[0];
        }

        return new Problem(ProblemKind.Conflict, "engine_unavailable", wanted == ScreenEngine.Rfb
            ? $"The desktop speaks {protocol.ToUpperInvariant()}, which only the engine guacamole shows."
            : $"There is no guacd{(protocol == Vnc ? "" : $", which {protocol.ToUpperInvariant()} needs")}. An administrator sets CWS_GUACD to its host:port (./workstation up --guacd HOST:PORT).");
    }
}
