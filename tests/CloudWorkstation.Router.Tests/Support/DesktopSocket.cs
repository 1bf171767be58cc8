using System.Net.WebSockets;
using System.Text;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>The WebSocket of a desktop's screen as a browser opens it.</summary>
internal static class DesktopSocket
{
    public static async Task<ClientWebSocket> ConnectAsync(HaproxyServer server, RsaKey key, string desktop, Person person, string engine = "vnc")
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.SetRequestHeader("Origin", server.Origin);
        socket.Options.SetRequestHeader("Cookie", $"cws_session={person.Token(key)}; cws_desktop={person.DesktopToken(key, desktop)}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/desktop/{desktop}/{engine}"), CancellationToken.None);
        return socket;
    }

    /// <summary>The first message of the echo service: its name.</summary>
    public static async Task<string> ReadAsync(this ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var message = await socket.ReceiveAsync(buffer, CancellationToken.None);
        return message.MessageType == WebSocketMessageType.Close ? "closed" : Encoding.UTF8.GetString(buffer, 0, message.Count);
    }

    public static async Task<string> SayAsync(this ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await socket.ReadAsync();
    }
}
