using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record Answer(int Status, ILookup<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers[name].FirstOrDefault();

    public Echo Echo => JsonSerializer.Deserialize<Echo>(Body)!;
}

/// <summary>Sends requests byte for byte: no client library may tidy up the paths and headers that these tests are about.</summary>
internal static class RawHttp
{
    public static async Task<Answer> SendAsync(int port, string target, IEnumerable<string> headers, string method = "GET", string? host = null)
    {
        var lines = new[] { $"{method} {target} HTTP/1.1", $"Host: {host ?? $"127.0.0.1:{port}"}", "Connection: close" }.Concat(headers);
        var bytes = Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, CancellationToken.None);
        await using var stream = client.GetStream();
        await stream.WriteAsync(bytes, CancellationToken.None);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(await reader.ReadToEndAsync(CancellationToken.None));
    }

    private static Answer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            throw new IOException($"No answer: '{text}'");
        }

        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).ToLookup(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new Answer(int.Parse(lines[0].Split(' ')[1]), headers, text[(end + 4)..]);
    }
}
