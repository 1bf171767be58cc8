using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Sessions;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Http;

/// <summary>Serves one request: health and metrics as plain answers, a desktop as a session that takes the connection over.</summary>
internal sealed partial class RequestRouter(
    ProxySettings settings,
    TokenGate gate,
    InternalApi api,
    SessionRegistry sessions,
    Readiness readiness,
    ScreenProbe probe,
    Recorders recorders,
    LiveConnections connections,
    SessionParts parts,
    ILogger<RequestRouter> logger)
{
    public async Task ServeAsync(Socket socket, RequestHead? head, Refusal? refusal)
    {
        if (head is not null && (Plain(head) ?? await probe.AnswerAsync(head)) is { } answer)
        {
            await AnswerAsync(socket, answer);
        }
        else if (head is not null)
        {
            refusal = await OpenAsync(socket, head);
        }

        if (refusal is not null)
        {
            parts.Metrics.Refused(refusal.Status);
            Log.Refused(logger, refusal.Status, refusal.Code, refusal.Detail);
            await AnswerAsync(socket, refusal.ToResponse());
        }
    }

    private byte[]? Plain(RequestHead head) => (head.Method, head.Target) switch
    {
        ("GET", "/health/live") => Refusal.Response(200, "text/plain", "ok"),
        ("GET", "/health/ready") => readiness.Problem is { } problem
            ? Refusal.Response(503, "text/plain", problem)
            : Refusal.Response(200, "text/plain", "ok"),
        ("GET", "/metrics") => Refusal.Response(200, "text/plain; version=0.0.4", parts.Metrics.ToText()),
        _ => null,
    };

    /// <summary>Null once the session has been served.</summary>
    private async Task<Refusal?> OpenAsync(Socket socket, RequestHead head)
    {
        var (request, refusal) = UpgradeRequest.Read(head, settings.Origin);
        if (request is null)
        {
            return refusal;
        }

        if (!sessions.IsOpen)
        {
            return Refusal.Unavailable("This proxy takes no more sessions.");
        }

        var (ticket, refused) = await gate.CheckAsync(request.Cookie, request.Desktop, CancellationToken.None);
        if (ticket is null)
        {
            return refused;
        }

        if (RefusalOfEngine(request.Dialect, ticket) is { } unfit)
        {
            return unfit;
        }

        // The token is used up before anything is dialled: a second copy of it is refused whatever becomes of the first.
        var verdict = await api.OpenAsync(ticket.Token.Connection, CancellationToken.None);
        if (!verdict.IsAgreed)
        {
            return RefusalOf(verdict);
        }

        await socket.SendAsync(request.ToResponse(), SocketFlags.None);
        socket.Blocking = false;
        var context = new SessionContext(ticket, verdict.Opened ?? new OpenResponse(), request.Dialect, socket, parts);
        using IEngine engine = request.Screen is { } screen ? new GuacamoleEngine(context, screen, connections) : new RfbEngine(context);
        using var session = new DesktopSession(context, engine);
        context.Tap = recorders.Begin(context.Opened, request.Screen is null ? Recorders.Rfb : Recorders.Guacamole, session.End);
        await sessions.RunAsync(session);
        return null;
    }

    private Refusal? RefusalOfEngine(Dialect dialect, Ticket ticket) =>
        dialect == Dialect.Guacamole && settings.Guacd is null ? new Refusal(409, "engine_unavailable", "This proxy has no guacd: set CWS_GUACD to its host:port.")
        : dialect == Dialect.Rfb && ticket.Target.Protocol != "vnc" ? new Refusal(409, "engine_unavailable", $"This desktop speaks {ticket.Target.Protocol.ToUpperInvariant()}, which only the Guacamole engine does.")
        : null;

    private static Refusal RefusalOf(Verdict verdict) => verdict.Status switch
    {
        0 => Refusal.Unavailable("The api cannot be asked whether this token is unused."),
        404 => Refusal.NotFound("There is no such connection."),
        409 or 410 => new Refusal(409, verdict.Code ?? "token_used", "The token was used before, or the desktop is not running."),
        _ => new Refusal(502, "bad_gateway", $"The api answered {verdict.Status}."),
    };

    private static async Task AnswerAsync(Socket socket, byte[] response)
    {
        await socket.SendAsync(response, SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);

        // Closing with unread bytes would reset the connection and could take the answer with it.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var rest = new byte[512];
        while (await socket.ReceiveAsync(rest, SocketFlags.None, limit.Token) > 0)
        {
            // Read to the end, at most a second long.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Information, "Refused with {Status} {Code}: {Detail}")]
        public static partial void Refused(ILogger logger, int status, string code, string detail);
    }
}
