using System.Threading.Channels;

namespace CloudWorkstation.Router.Feed;

/// <summary>
/// Tells the api which of its marks have been reached: that HAProxy has everything the feed said before them. Runs beside the loop, which
/// must not wait for the api; a mark that cannot be delivered is dropped, for the api waits only briefly.
/// </summary>
internal sealed class FeedMarks(HttpClient http, FeedOptions options, TimeProvider time, ILogger<FeedMarks> log) : BackgroundService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly Channel<Guid> _reached = Channel.CreateBounded<Guid>(new BoundedChannelOptions(1000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void Reached(Guid mark) => _reached.Writer.TryWrite(mark);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var mark in _reached.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SendAsync(mark, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The api could not be told that its routes are in force: {Reason}", e.Message);
            }
        }
    }

    private async Task SendAsync(Guid mark, CancellationToken cancellationToken)
    {
        using var request = options.Request(HttpMethod.Post, $"/internal/v1/feed/marks/{mark}");
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var response = await http.SendAsync(request, either.Token);
        response.EnsureSuccessStatusCode();
    }
}
