namespace CloudWorkstation.Guacd;

/// <summary>
/// The argument names that guacd announces, in its order. <c>name@3</c>: since 1.3.0. Version 1.6.0 still says <c>VERSION_1_5_0</c>: the protocol's version is not the program's.
/// </summary>
public static class Announced
{
    private const string Sftp =
        "enable-sftp sftp-hostname sftp-host-key sftp-port sftp-timeout@6 sftp-username sftp-password sftp-private-key sftp-passphrase sftp-public-key@6 "
        + "sftp-directory sftp-root-directory sftp-server-alive-interval sftp-disable-download@3 sftp-disable-upload@3 ";

    private const string Wake = "wol-send-packet@3 wol-mac-addr@3 wol-broadcast-addr@3 wol-udp-port@5 wol-wait-time@3 ";

    private const string Vnc =
        "hostname port read-only disable-display-resize@6 encodings username@3 password swap-red-blue color-depth cursor autoretry clipboard-encoding dest-host "
        + "dest-port enable-audio audio-servername reverse-connect listen-timeout " + Sftp
        + "recording-path recording-name recording-exclude-output recording-exclude-mouse recording-include-keys create-recording-path recording-write-existing@6 "
        + "disable-copy@3 disable-paste@3 disable-server-input@6 " + Wake + "force-lossless@5 compress-level@6 quality-level@6";

    private const string Rdp =
        "hostname port timeout@6 domain username password width height dpi initial-program color-depth disable-audio enable-printing printer-name enable-drive "
        + "drive-name drive-path create-drive-path disable-download@3 disable-upload@3 console console-audio server-layout security ignore-cert cert-tofu@6 "
        + "cert-fingerprints@6 disable-auth remote-app remote-app-dir remote-app-args static-channels client-name enable-wallpaper enable-theming "
        + "enable-font-smoothing enable-full-window-drag enable-desktop-composition enable-menu-animations disable-bitmap-caching disable-offscreen-caching "
        + "disable-glyph-caching disable-gfx@6 preconnection-id preconnection-blob timezone " + Sftp
        + "recording-path recording-name recording-exclude-output recording-exclude-mouse recording-exclude-touch@5 recording-include-keys create-recording-path "
        + "recording-write-existing@6 resize-method enable-audio-input enable-touch@5 read-only gateway-hostname gateway-port gateway-domain gateway-username "
        + "gateway-password load-balance-info disable-copy@3 disable-paste@3 " + Wake + "force-lossless@5 normalize-clipboard@5";

    private const string Ssh =
        "hostname host-key port timeout@6 username password font-name font-size enable-sftp sftp-root-directory sftp-disable-download@3 sftp-disable-upload@3 "
        + "private-key passphrase public-key@6 enable-agent color-scheme command typescript-path typescript-name create-typescript-path "
        + "typescript-write-existing@6 recording-path recording-name recording-exclude-output recording-exclude-mouse recording-include-keys "
        + "create-recording-path recording-write-existing@6 read-only server-alive-interval backspace terminal-type scrollback locale timezone disable-copy@3 "
        + "disable-paste@3 " + Wake;

    /// <summary>Versions of guacd that can be asked for.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["1.1.0", "1.3.0", "1.5.0", "1.6.0"];

    /// <summary>What <c>args</c> carries before the names.</summary>
    public static string ProtocolVersion(string version) => $"VERSION_1_{Math.Min(Minor(version), 5)}_0";

    /// <exception cref="ArgumentException">guacd has no such protocol.</exception>
    public static IReadOnlyList<string> Names(string protocol, string version) =>
    [
        .. Text(protocol).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Split('@'))
            .Where(parts => parts.Length == 1 || parts[1][0] - '0' <= Minor(version))
            .Select(parts => parts[0]),
    ];

    /// <summary><c>sync</c> carries a count of frames since 1.6.0.</summary>
    internal static bool CountsFrames(string version) => Minor(version) >= 6;

    private static int Minor(string version) => version.Split('.')[1][0] - '0';

    private static string Text(string protocol) => protocol switch
    {
        "vnc" => Vnc,
        "rdp" => Rdp,
        "ssh" => Ssh,
        _ => throw new ArgumentException($"No arguments are known for '{protocol}'.", nameof(protocol)),
    };
}
