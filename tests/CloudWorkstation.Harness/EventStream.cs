using System.Text.Json.Nodes;

namespace CloudWorkstation.Harness;

public sealed record ServerEvent(string Kind, JsonNode Data, DateTimeOffset At);

/// <summary>Server-sent events as they arrive.</summary>
public sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly List<ServerEvent> _seen = [];
    private readonly List<(Func<ServerEvent, bool> Wanted, TaskCompletionSource<ServerEvent> Waiter)> _waiters = [];
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
                    Add(new ServerEvent(kind, JsonNode.Parse(line["data:".Length..]) ?? new JsonObject(), DateTimeOffset.UtcNow));
            }
        }
        catch (Exception ended) when (ended is IOException or HttpRequestException or ObjectDisposedException)
        {
            // The other side went away, or the test is over.
        }
    }

    /// <summary>The first event that fits, of those seen and those to come; without polling, for measurements.</summary>
    public Task<ServerEvent> NextAsync(Func<ServerEvent, bool> wanted)
    {
        lock (_seen)
        {
            if (_seen.FirstOrDefault(wanted) is { } already)
                return Task.FromResult(already);
            var waiter = new TaskCompletionSource<ServerEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((wanted, waiter));
            return waiter.Task;
        }
    }

    private void Add(ServerEvent item)
    {
        lock (_seen)
        {
            _seen.Add(item);
            foreach (var (_, waiter) in _waiters.Where(waiting => waiting.Wanted(item)))
                waiter.TrySetResult(item);
            _waiters.RemoveAll(waiting => waiting.Waiter.Task.IsCompleted);
        }
    }
}
