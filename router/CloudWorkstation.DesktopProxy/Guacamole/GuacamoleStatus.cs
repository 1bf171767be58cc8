using System.Globalization;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Status codes of the Guacamole protocol: what they tell a person, and what they mean for a session (README has the table).</summary>
internal static class GuacamoleStatus
{
    public const int Forbidden = 0x0303;
    public const int Closed = 0x0206;
    public const int Unauthorized = 0x0301;

    private static readonly Dictionary<int, (SessionEnd End, string Sentence)> Known = new()
    {
        [0x0100] = (SessionEnd.Protocol, "guacd cannot do what this session needs."),
        [0x0200] = (SessionEnd.Protocol, "guacd failed inside."),
        [0x0201] = (SessionEnd.Unreachable, "guacd has too much to do."),
        [0x0202] = (SessionEnd.Unreachable, "The desktop does not answer."),
        [0x0203] = (SessionEnd.Unreachable, "The desktop reported an error."),
        [0x0204] = (SessionEnd.Unreachable, "The connection to join is gone."),
        [0x0205] = (SessionEnd.Replaced, "The desktop's session is in use elsewhere."),
        [Closed] = (SessionEnd.LoggedOff, "The desktop closed the session."),
        [0x0207] = (SessionEnd.Unreachable, "The desktop cannot be reached, or refused the password."),
        [0x0208] = (SessionEnd.Unreachable, "The desktop refuses connections."),
        [0x0209] = (SessionEnd.Replaced, "Somebody else took the desktop's session over."),
        [0x020A] = (SessionEnd.LoggedOff, "The desktop ended the session after a time without input."),
        [0x020B] = (SessionEnd.LoggedOff, "The desktop's session was ended."),
        [0x0300] = (SessionEnd.Protocol, "guacd found a message malformed."),
        [Unauthorized] = (SessionEnd.Protocol, "The desktop refused the user name or the password."),
        [Forbidden] = (SessionEnd.Protocol, "The desktop does not let this account in."),
        [0x0308] = (SessionEnd.Lost, "The browser was silent for too long."),
        [0x030D] = (SessionEnd.Protocol, "guacd was sent more than it takes."),
        [0x030F] = (SessionEnd.Protocol, "guacd was sent something of a kind it does not know."),
        [0x031D] = (SessionEnd.Protocol, "guacd was asked for too many things at once."),
    };

    /// <summary>A code that nobody knows is a lie of guacd's.</summary>
    public static SessionEnd EndOf(int status) => Known.TryGetValue(status, out var known) ? known.End : SessionEnd.Protocol;

    public static string SentenceOf(int status) => Known.TryGetValue(status, out var known) ? known.Sentence : "guacd reported an unknown error.";

    /// <summary>Whether the desktop itself was reached and said no.</summary>
    public static bool IsRefusal(int status) => status is Unauthorized or Forbidden;

    /// <summary>
    /// The close frame's reason: guacamole-common-js takes the number at its beginning for the status, and hands the whole text on, from
    /// which our page takes the word.
    /// </summary>
    public static string Reason(SessionEnd end) => string.Create(CultureInfo.InvariantCulture, $"{StatusOf(end)} {end.Word}");

    private static int StatusOf(SessionEnd end) => end.Word switch
    {
        "closed" => 0,
        "lost" => 0x0308,
        "owner-away" => 0x0204,
        "unreachable" => 0x0207,
        "restarting" => 0x0208,
        "replaced" or "transferred" => 0x0209,
        "maximum-session" => 0x020A,
        "stopped" or "deleted" or "signed-out" or "logged-off" => 0x020B,
        "token" => Unauthorized,
        "protocol" => end.Code == SessionEnd.BadFrame.Code ? 0x0300 : 0x0200,
        _ => Forbidden,
    };
}
