using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Launcher.Supervision;

/// <summary>Asks a service whether it is ready. Never through a proxy, whatever the environment says.</summary>
public sealed class ReadyProbe : IDisposable
{
    /// <summary>Only a connection is tried: for a TLS listener, whose certificate is for the public name and not for this address.</summary>
    public const string TcpScheme = "tcp";

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    { Timeout = AnswerLimit, DefaultRequestVersion = HttpVersion.Version11 };

    public async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            if (address.Scheme == TcpScheme)
                return await ConnectsAsync(address, cancellationToken);
            using var answer = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or SocketException || (notYet is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<bool> ConnectsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellationToken);
        return true;
    }

    public void Dispose() => _http.Dispose();
}
