using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Launcher.Stack;

/// <summary>The guacd that speaks RDP and SSH for the product: not ours to start, but to be found where it usually listens.</summary>
public static class Guacd
{
    /// <summary>Says that none is wanted, were there one.</summary>
    public const string None = "none";
    public const int UsualPort = 4822;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Where guacd listens on this machine unless it was told otherwise.</summary>
    public static string Usual => $"{StackOptions.Loopback}:{UsualPort}";

    /// <summary>What was asked for, whether or not it answers; else the usual one, if it does; null for none.</summary>
    public static async Task<string?> FindAsync(string? wanted) => wanted switch
    {
        None => null,
        not null => wanted,
        null => await AnswersAsync(Usual, CancellationToken.None) ? Usual : null,
    };

    public static (string Host, int Port)? Parse(string address) =>
        Uri.TryCreate($"tcp://{address}", UriKind.Absolute, out var uri) && uri is { Port: > 0, Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" } && uri.AbsolutePath is "" or "/"
            ? (uri.Host.Trim('[', ']'), uri.Port)
            : null;

    /// <summary>Whether something there announces the arguments of VNC, as guacd does before it dials anybody.</summary>
    public static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var client = new TcpClient();
            var (host, port) = Parse(address) ?? throw new SocketException((int)SocketError.HostNotFound);
            await client.ConnectAsync(host, port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("6.select,3.vnc;"u8.ToArray(), limit.Token);
            var answer = new byte[7];
            await stream.ReadExactlyAsync(answer, limit.Token);
            return Encoding.ASCII.GetString(answer) == "4.args,";
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
