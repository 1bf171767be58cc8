using CloudWorkstation.Api.Auth;

namespace CloudWorkstation.Api.Streams;

/// <summary>Answers a request with a stream, and ends it when the client leaves, the session ends, or the process stops.</summary>
public sealed class EventStreams(TimeProvider time, IHostApplicationLifetime lifetime, SessionWatch sessions, StreamPlaces places)
{
    public static readonly TimeSpan BrowserHeartbeat = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan InternalHeartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly byte[] SessionEnded = "{\"ended\":true}"u8.ToArray();

    /// <summary>For browsers and REST clients: bound to the session that asked.</summary>
    public async Task WriteAsync(HttpContext http, Caller caller, Func<CancellationToken, IAsyncEnumerable<ServerSentEvent>> messages)
    {
        using var place = places.Take(caller.Actor);
        using var watch = sessions.Watch(caller.Actor);
        var stream = Begin(http, BrowserHeartbeat);
        await RunAsync(http, stream, messages, watch.Ended);
        if (watch.Ended.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            await stream.EndAsync(new ServerSentEvent("session", SessionEnded));
        }
    }

    /// <summary>For the product's own processes.</summary>
    public Task WriteAsync(HttpContext http, Func<CancellationToken, IAsyncEnumerable<ServerSentEvent>> messages) =>
        RunAsync(http, Begin(http, InternalHeartbeat), messages, CancellationToken.None);

    private ServerSentEvents Begin(HttpContext http, TimeSpan heartbeat)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
        return new ServerSentEvents(http.Response.BodyWriter, time, heartbeat);
    }

    private async Task RunAsync(HttpContext http, ServerSentEvents stream, Func<CancellationToken, IAsyncEnumerable<ServerSentEvent>> messages, CancellationToken ended)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping, ended);
        try
        {
            await stream.BeginAsync(Retry, until.Token);
            await stream.PumpAsync(messages(until.Token), until.Token);
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // One of the three reasons to end; none of them is an error.
        }
    }
}
