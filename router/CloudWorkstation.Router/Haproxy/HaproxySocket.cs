using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Router.Haproxy;

/// <summary>One of HAProxy's command sockets: one connection for each command, which HAProxy closes after its reply.</summary>
internal sealed class HaproxySocket(string path, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The reply, without the blank lines that end it.</summary>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), either.Token);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return (await reader.ReadToEndAsync(either.Token)).Trim();
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new HaproxyException($"{Path.GetFileName(path)} does not answer: {e.Message}", e);
        }
    }

    /// <summary>Sends a command whose success is silence.</summary>
    public async Task TellAsync(string command, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(command, cancellationToken);
        if (reply.Length > 0)
        {
            var verb = string.Join(' ', command.Split(' ').Take(3));
            throw new HaproxyException($"HAProxy answered '{verb}' with: {reply.Split('\n')[0]}");
        }
    }
}
