using System.Text.Json.Nodes;

namespace CloudWorkstation.Api.Tests.Hosting;

internal sealed record ReceivedEvent(string Event, string? Id, JsonNode Data);

/// <summary>Listens as a browser does.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private EventReader(HttpResponseMessage answer, Stream stream) => (response, reader) = (answer, new StreamReader(stream));

    public HttpResponseMessage Response => response;

    /// <value>The connection was cut, rather than the stream ended.</value>
    public bool IsBroken { get; private set; }

    public static async Task<EventReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        var request = new HttpRequestMessage(HttpMethod.Get, path).With("Accept", "text/event-stream");
        if (lastEventId is not null)
        {
            request.With("Last-Event-ID", lastEventId);
        }

        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        answer.EnsureSuccessStatusCode();
        var opened = new EventReader(answer, await answer.Content.ReadAsStreamAsync(limit.Token));
        (await opened.LineAsync(limit.Token)).ShouldBe("retry: 2000");
        return opened;
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<ReceivedEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        string? name = null, id = null, data = null;
        while (await LineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0 && name is not null)
            {
                return new ReceivedEvent(name, id, JsonNode.Parse(data!)!);
            }

            (name, id, data) = (After(line, "event: ") ?? name, After(line, "id: ") ?? id, After(line, "data: ") ?? data);
        }

        return null;
    }

    public async Task<ReceivedEvent> UntilAsync(Func<ReceivedEvent, bool> wanted)
    {
        while (await NextAsync() is { } happened)
        {
            if (wanted(happened))
            {
                return happened;
            }
        }

        throw new InvalidOperationException("The stream ended before what was waited for.");
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            IsBroken = true;
            return null;
        }
    }

    private static string? After(string line, string field) => line.StartsWith(field, StringComparison.Ordinal) ? line[field.Length..] : null;
}
