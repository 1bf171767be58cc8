using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Router.Feed;

/// <summary>
/// The one replica of the api whose feed is followed. A name may stand for several; what the agent says about a feed must reach the one that
/// sent it, so the address that answered first is kept until the feed breaks.
/// </summary>
internal sealed class Replica
{
    private volatile IPEndPoint? chosen;

    /// <summary>The next connection may go to any replica.</summary>
    public void Forget() => chosen = null;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (chosen is { } known)
        {
            return await OpenAsync(known, cancellationToken);
        }

        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        Random.Shared.Shuffle(addresses);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            try
            {
                var endPoint = new IPEndPoint(address, context.DnsEndPoint.Port);
                var stream = await OpenAsync(endPoint, cancellationToken);
                chosen = endPoint;
                return stream;
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Stream> OpenAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
