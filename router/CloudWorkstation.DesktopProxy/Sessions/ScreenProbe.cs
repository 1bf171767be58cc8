using System.Net.Sockets;
using System.Text.Json;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Http;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// Knocks at a screen for a worker that cannot reach it: in a cloud a desktop lets in its proxy and nobody else. A whole handshake, as a session
/// begins; the answer is <c>ready</c>, <c>silent</c>, <c>refused</c> or <c>notRfb</c>, with a detail.
/// </summary>
internal sealed class ScreenProbe(ProxySettings settings, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    // Signing in to a desktop takes longer than saying hello to a VNC server.
    private static readonly TimeSpan GuacdLimit = TimeSpan.FromSeconds(18);

    /// <summary>Null when the request is none for a probe.</summary>
    public async Task<byte[]?> AnswerAsync(RequestHead head)
    {
        if (head is not { Method: "GET", Target: ProbeTicket.Path })
        {
            return null;
        }

        return head.Single(ProbeTicket.Header) is { } ticket && ProbeTicket.Open(ticket, settings.ReadInternalKey(), time.GetUtcNow()) is { } target
            ? Refusal.Response(200, "application/json", JsonSerializer.Serialize(await KnockAsync(target), JsonSerializerOptions.Web))
            : Refusal.Unauthenticated("This address is for the product's own processes.").ToResponse();
    }

    private async Task<Reply> KnockAsync(DesktopTarget target)
    {
        var guacd = target.Protocol is "rdp" or "ssh" ? settings.Guacd : null;
        using var limit = new CancellationTokenSource(guacd is null ? Limit : GuacdLimit, time);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (guacd is not null)
            {
                return await AnswerAsync(await GuacdProbe.KnockAsync(socket, guacd, target, time, limit.Token), target, limit.Token);
            }

            await socket.ConnectAsync(target.Host, target.Port, limit.Token);
            return target.Protocol == "vnc" ? await ShakeHandsAsync(new VncServer(socket), target.Secret, limit.Token) : new Reply("ready", "it accepts connections");
        }
        catch (GuacdRefusal e)
        {
            return Answer(e);
        }
        catch (EngineException e)
        {
            return new Reply(e.End == SessionEnd.Unreachable ? "silent" : e is RfbException { IsRefusal: true } ? "refused" : "notRfb", e.Message);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return new Reply("silent", e is SocketException socketError ? socketError.SocketErrorCode.ToString() : "no answer in time");
        }
    }

    /// <summary>Where guacd did not say why it gave up, whether the desktop takes connections at all tells a refusal from a desktop that is not there yet.</summary>
    private static async Task<Reply> AnswerAsync(GuacdRefusal? refusal, DesktopTarget target, CancellationToken cancellationToken)
    {
        if (refusal is null)
        {
            return new Reply("ready", "");
        }

        if (refusal.Status != GuacamoleStatus.Closed)
        {
            return Answer(refusal);
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target.Host, target.Port, cancellationToken);
        return new Reply("refused", refusal.Message);
    }

    private static Reply Answer(GuacdRefusal refusal) => new(GuacamoleStatus.IsRefusal(refusal.Status) ? "refused" : "silent", refusal.Message);

    private static async Task<Reply> ShakeHandsAsync(VncServer server, string secret, CancellationToken cancellationToken)
    {
        await server.AuthenticateAsync(secret, cancellationToken);

        // Shared: a person may be connected already, and a probe must not throw them out.
        await server.InitializeAsync(shared: 1, cancellationToken);
        return new Reply("ready", "");
    }

    private sealed record Reply(string Answer, string Detail);
}
