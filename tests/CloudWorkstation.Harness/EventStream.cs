using System.Text.Json.Nodes;

namespace CloudWorkstation.Harness;

public sealed record ServerEvent(string Kind, JsonNode Data);

/// <summary>Server-sent events as they arrive.</summary>
public sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly List<ServerEvent> _seen = [];
    private readonly Task _reading;

    public EventStream(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    public IReadOnlyList<ServerEvent> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    public Task UntilAsync(Func<ServerEvent, bool> wanted, string what) => Eventually.HoldsAsync(() => Seen.Any(wanted), what);

    public async Task UntilEndAsync() => await _reading.WaitAsync(TimeSpan.FromSeconds(60));

    public void Dispose() => _response.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
            var kind = "message";
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("event:", StringComparison.Ordinal))
                    kind = line["event:".Length..].Trim();
                else if (line.StartsWith("data:", StringComparison.Ordinal))
                    Add(new ServerEvent(kind, JsonNode.Parse(line["data:".Length..]) ?? new JsonObject()));
            }
        }
        catch (Exception ended) when (ended is IOException or HttpRequestException or ObjectDisposedException)
        {
            // The other side went away, or the test is over.
        }
    }

    private void Add(ServerEvent item)
    {
        lock (_seen)
            _seen.Add(item);
    }
}
