using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Where guacd listens, by name or by number.</summary>
public sealed record GuacdAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; null for anything else.</summary>
    public static GuacdAddress? Parse(string text) =>
        Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri) && uri is { Port: > 0, Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" } && uri.AbsolutePath is "/" or ""
            ? new GuacdAddress(uri.Host.Trim('[', ']'), uri.Port)
            : null;

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    internal static async Task ConnectAsync(Socket socket, GuacdAddress? address, CancellationToken cancellationToken)
    {
        var (host, port) = (address ?? throw new SocketException((int)SocketError.AddressNotAvailable)) is { } known ? (known.Host, known.Port) : default;
        await socket.ConnectAsync(host, port, cancellationToken);
    }
}
