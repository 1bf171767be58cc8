using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Directories;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>A server for what no real one does: says nothing, says rubbish, closes. Remembers everything that it was sent.</summary>
internal sealed class ScriptedDirectory : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopped = new();
    private readonly MemoryStream received = new();
    private readonly Func<NetworkStream, CancellationToken, Task> script;
    private readonly Task running;

    /// <param name="script">What it does once somebody has sent something.</param>
    public ScriptedDirectory(Func<NetworkStream, CancellationToken, Task> script)
    {
        this.script = script;
        listener.Start();
        running = RunAsync();
    }

    /// <summary>Takes a connection and never says a word.</summary>
    public static ScriptedDirectory Silent() => new(async (_, token) => await Task.Delay(Timeout.Infinite, token));

    public static ScriptedDirectory Saying(byte[] answer) => new(async (stream, token) => await stream.WriteAsync(answer, token));

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public byte[] Received
    {
        get
        {
            lock (received)
            {
                return received.ToArray();
            }
        }
    }

    public DirectorySettings Settings(string scheme, bool startTls = false) => new()
    {
        Name = "scripted",
        Url = $"{scheme}://127.0.0.1:{Port}",
        StartTls = startTls,
        AllowUnencrypted = scheme == "ldap" && !startTls,
        BindDn = "cn=search,dc=example,dc=test",
        BindPassword = Manager.Settings.Secret.Of("the search account's password"),
        BaseDn = "dc=example,dc=test",
        TimeoutSeconds = 20,
    };

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        listener.Stop();
        await running;
        stopped.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stopped.Token);
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            var buffer = new byte[4096];
            var count = await stream.ReadAsync(buffer, stopped.Token);
            lock (received)
            {
                received.Write(buffer, 0, count);
            }

            await script(stream, stopped.Token);
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
