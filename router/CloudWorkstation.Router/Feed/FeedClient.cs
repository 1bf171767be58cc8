using System.Net.Http.Headers;
using System.Threading.Channels;
using CloudWorkstation.Router.Keys;

namespace CloudWorkstation.Router.Feed;

/// <summary>
/// Follows <c>/internal/v1/feed</c> for as long as the process runs and puts what it hears into the loop's channel. A stream that is
/// silent for 15 s, or ends, is opened again with growing pauses; the api begins each with a full snapshot.
/// </summary>
internal sealed class FeedClient(HttpClient http, Replica replica, FeedOptions options, ChannelWriter<FeedMessage> output, TimeProvider time, ILogger<FeedClient> log)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var synced = false;
            try
            {
                await FollowAsync(() => synced = true, stoppingToken);
                log.LogWarning("The api closed the feed; connecting again.");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever breaks a connection, the answer is the same: keep serving what is known and try again.
                log.LogWarning("The feed is not available ({Reason}); connecting again.", e.Message);
            }

            await output.WriteAsync(new FeedMessage.Lost(), stoppingToken);
            pause = synced ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stoppingToken);
        }
    }

    private async Task FollowAsync(Action onSynced, CancellationToken cancellationToken)
    {
        replica.Forget();
        using var request = options.Request(HttpMethod.Get, "/internal/v1/feed?acknowledges=true");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var limit = new CancellationTokenSource(options.Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        response.EnsureSuccessStatusCode();
        await output.WriteAsync(new FeedMessage.Connected(), cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseReader.ReadAsync(stream, options.Silence, time, cancellationToken))
        {
            if (FeedParser.Parse(item, options.SharedProxy) is not { } message)
            {
                log.LogError("The feed said something that is no {Kind}; ignored.", item.Kind);
                continue;
            }

            if (message is FeedMessage.Synced || string.Equals(item.Kind, "keys", StringComparison.Ordinal))
            {
                // Keys first: a desktop that was announced with a snapshot is of no use while its owner's token is refused.
                await output.WriteAsync(new FeedMessage.Keys(await KeysAsync(cancellationToken)), cancellationToken);
            }

            await output.WriteAsync(message, cancellationToken);
            if (message is FeedMessage.Synced)
            {
                onSynced();
            }
        }
    }

    private async Task<IReadOnlyList<TokenKey>> KeysAsync(CancellationToken cancellationToken)
    {
        using var request = options.Request(HttpMethod.Get, "/internal/v1/keys");
        using var limit = new CancellationTokenSource(options.Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var response = await http.SendAsync(request, either.Token);
        response.EnsureSuccessStatusCode();
        var keys = await response.Content.ReadFromJsonAsync<KeyList>(either.Token);
        return keys?.Items ?? [];
    }

    private sealed record KeyList(IReadOnlyList<TokenKey> Items);
}
