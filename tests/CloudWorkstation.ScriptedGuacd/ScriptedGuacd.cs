using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Guacd;

/// <summary>A guacd that does what a <see cref="Guacd.Script"/> says, on a loopback port, until it is disposed.</summary>
public sealed class ScriptedGuacd : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _serving = new();
    private readonly ConcurrentDictionary<string, GuacdConnection> _connections = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<GuacdUser> _users = new();
    private readonly Task _accepting;

    private ScriptedGuacd(Script script, int port)
    {
        Script = script;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    public Script Script { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>As <c>CWS_GUACD</c> wants it.</summary>
    public string Address => $"127.0.0.1:{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Everybody who ever connected, in order.</summary>
    public IReadOnlyList<GuacdUser> Users => [.. _users];

    /// <summary>Connections that live, by id.</summary>
    public IReadOnlyDictionary<string, GuacdConnection> Connections => _connections;

    /// <summary>Starts on <paramref name="port"/>, or on a free one.</summary>
    public static Task<ScriptedGuacd> StartAsync(Script? script = null, int port = 0) => Task.FromResult(new ScriptedGuacd(script ?? new Script(), port));

    /// <summary>The first user, or the one after <paramref name="before"/> others, once connected.</summary>
    public async Task<GuacdUser> UserAsync(int before = 0)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (_users.Count <= before)
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TimeoutException($"Only {_users.Count} users came to the scripted guacd.");
            }

            await Task.Delay(5);
        }

        return Users[before];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_serving.Keys);
        foreach (var user in _users)
        {
            user.Dispose();
        }

        _stopping.Dispose();
    }

    internal GuacdConnection? Find(string id) => _connections.GetValueOrDefault(id);

    internal GuacdConnection Open(string protocol)
    {
        var connection = new GuacdConnection(protocol);
        _connections[connection.Id] = connection;
        return connection;
    }

    internal void Close(GuacdConnection connection) => _connections.TryRemove(connection.Id, out _);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                socket.NoDelay = true;
                var user = new GuacdUser(this, socket, _stopping.Token);
                _users.Enqueue(user);
                Serve(user);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private void Serve(GuacdUser user)
    {
        var task = user.ServeAsync();
        _serving[task] = true;
        _ = task.ContinueWith(done => _serving.TryRemove(done, out _), TaskScheduler.Default);
    }
}
