using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>A screen, and whom to ask about it.</summary>
/// <param name="Address">Where it is served.</param>
/// <param name="Protocol"><c>vnc</c>, <c>rdp</c> or <c>ssh</c>.</param>
/// <param name="Proxy">The desktop proxy <c>host:port</c> that alone can reach it; null where this process can.</param>
internal sealed record Screen(ConnectionAddress Address, string Protocol, string? Proxy)
{
    /// <value>How long it may take to answer at first; null for the installation's own patience.</value>
    public TimeSpan? Patience { get; private init; }

    /// <value>Whether the product can sign in there; else it only sees whether something accepts connections.</value>
    public bool TakesSecret { get; private init; } = true;

    public Screen WithoutSecret(bool isWithout) => this with { TakesSecret = !isWithout };

    public Screen Within(int? minutes) => this with { Patience = minutes is { } some ? TimeSpan.FromMinutes(some) : null };

    public static Screen Of(Desktop desktop, ManagerOptions options, string protocol = ScreenEngines.Vnc) =>
        Of(desktop.Connection!, ScreenEngines.Vnc, desktop.Machine, desktop.Proxy, options) with { Protocol = protocol };

    /// <summary>A machine in a cloud lets in its proxy and nobody else, and guacd is only spoken to by proxies; another desktop on this host is reached directly.</summary>
    public static Screen Of(ConnectionAddress address, string protocol, Machine? machine, string? proxy, ManagerOptions options) =>
        new(address, protocol, machine is null && (protocol == ScreenEngines.Vnc || options.Guacd is null) ? null : proxy ?? options.DesktopProxy);
}

/// <summary>Asks screens whether they answer, directly or through their proxy.</summary>
internal sealed class Screens(ProxyProbe proxies)
{
    // No protocol of a template's: the proxy only opens a connection.
    private const string ConnectOnly = "tcp";

    /// <summary>A whole handshake where the protocol is known here, else only whether something accepts connections.</summary>
    public async Task<ScreenReply> HandshakeAsync(Screen screen, string password, TimeSpan limit, CancellationToken cancellationToken) =>
        !screen.TakesSecret ? new ScreenReply(await AcceptsAsync(screen, limit, cancellationToken) ? ScreenAnswer.Ready : ScreenAnswer.Silent, "")
        : screen.Proxy is { } proxy ? await proxies.AskAsync(proxy, new DesktopTarget(screen.Address.Host, screen.Address.Port, screen.Protocol, password, screen.Address.Parameters), limit, cancellationToken)
        : screen.Protocol == ScreenEngines.Vnc ? await RfbProbe.HandshakeAsync(screen.Address, password, limit, cancellationToken)
        : new ScreenReply(await RfbProbe.AcceptsAsync(screen.Address, limit, cancellationToken) ? ScreenAnswer.Ready : ScreenAnswer.Silent, "");

    /// <summary>
    /// Whether the desktop's own screen is there. On this host its password is tried: a port that its processes no longer hold is the next one's, and a
    /// stranger there would hide for ever that the desktop is gone. One that is too busy to speak is given the benefit of the doubt.
    /// </summary>
    public async Task<bool> IsThereAsync(Screen screen, string password, TimeSpan limit, CancellationToken cancellationToken) =>
        await AcceptsAsync(screen, limit, cancellationToken)
        && (screen is not { Proxy: null, Protocol: ScreenEngines.Vnc }
            || (await RfbProbe.HandshakeAsync(screen.Address, password, limit, cancellationToken)).Answer is ScreenAnswer.Ready or ScreenAnswer.Silent);

    /// <summary>Only whether something accepts connections there.</summary>
    public async Task<bool> AcceptsAsync(Screen screen, TimeSpan limit, CancellationToken cancellationToken) =>
        screen.Proxy is { } proxy
            ? (await proxies.AskAsync(proxy, new DesktopTarget(screen.Address.Host, screen.Address.Port, ConnectOnly, ""), limit, cancellationToken)).Answer == ScreenAnswer.Ready
            : await RfbProbe.AcceptsAsync(screen.Address, limit, cancellationToken);
}
