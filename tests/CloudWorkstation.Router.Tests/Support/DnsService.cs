using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>A DNS server that knows the addresses it was told, and answers "no such name" for everything else.</summary>
internal sealed class DnsService : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IPAddress[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public DnsService() => _loop = AnswerAsync();

    public string Address => $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";

    public void Set(string name, params string[] addresses) => _names[name] = [.. addresses.Select(IPAddress.Parse)];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_end.Token);
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(byte[] question)
    {
        var (name, end) = Name(question);
        var isA = question[end + 1] == 1;
        var addresses = isA && _names.TryGetValue(name, out var known) ? known : [];
        var answer = new List<byte>([question[0], question[1], 0x84, (byte)(_names.ContainsKey(name) ? 0 : 3), 0, 1, 0, (byte)addresses.Length, 0, 0, 0, 0]);
        answer.AddRange(question[12..(end + 4)]);
        foreach (var address in addresses)
        {
            // A pointer to the name in the question, type A, class IN, no lifetime, four bytes.
            answer.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, .. address.GetAddressBytes()]);
        }

        return [.. answer];
    }

    /// <summary>The name that is asked for, and where the bytes after it begin.</summary>
    private static (string Name, int End) Name(byte[] question)
    {
        var labels = new List<string>();
        var at = 12;
        for (; question[at] > 0; at += question[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        }

        return (string.Join('.', labels), at + 1);
    }
}
