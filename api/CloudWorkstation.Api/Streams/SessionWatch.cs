using System.Collections.Concurrent;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Routing;

namespace CloudWorkstation.Api.Streams;

/// <summary>
/// Tells open streams that their session or API token has ended. Sign-outs and disabled accounts are heard of at once through the route feed,
/// a revoked token in this process too; what simply ran out, or ended elsewhere, is noticed by asking now and then.
/// </summary>
public sealed partial class SessionWatch(IRouteFeed feed, ISessionService sessions, IApiTokens tokens, TimeProvider time, ILogger<SessionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AskForTokensEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Watched> watched = new(StringComparer.Ordinal);

    /// <summary>Hold it while the stream lasts.</summary>
    public Handle Watch(Actor actor)
    {
        var session = KeyOf(actor);
        while (true)
        {
            var entry = watched.GetOrAdd(session, static (_, a) => new Watched(a), actor);
            if (entry.TryEnter())
            {
                return new Handle(this, session, entry);
            }

            watched.TryRemove(KeyValuePair.Create(session, entry));
        }
    }

    /// <summary>Whoever learns first that a session has ended says so; to say it twice does no harm.</summary>
    public void Ended(string session)
    {
        if (watched.TryGetValue(session, out var entry))
        {
            entry.End();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        tokens.Revoked += Revoked;
        try
        {
            await Task.WhenAll(ListenAsync(stoppingToken), AskAsync(AskEvery, forTokens: false, stoppingToken), AskAsync(AskForTokensEvery, forTokens: true, stoppingToken));
        }
        finally
        {
            tokens.Revoked -= Revoked;
        }
    }

    private static string KeyOf(Actor actor) => actor.Token is { } token ? TokenKey(token.Id) : actor.SessionId ?? actor.AccountId;

    private static string TokenKey(string id) => "token:" + id;

    private void Revoked(object? sender, TokenRevokedEventArgs e) => Ended(TokenKey(e.TokenId));

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var message in feed.SubscribeAsync(false, stoppingToken))
                {
                    if (message is RouteMessage.Revoke revoke)
                    {
                        Ended(revoke.SessionId);
                    }
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Without this loop a signed-out browser would keep its stream; it has to survive whatever the feed throws.
                Log.FeedFailed(logger, e);
                await Task.Delay(Pause, time, CancellationToken.None);
            }
        }
    }

    private async Task AskAsync(TimeSpan every, bool forTokens, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await AskOnceAsync(forTokens, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task AskOnceAsync(bool forTokens, CancellationToken cancellationToken)
    {
        foreach (var entry in watched.Values.Where(e => e.Actor.Token is not null == forTokens))
        {
            try
            {
                if (!await LivesAsync(entry.Actor, cancellationToken))
                {
                    entry.End();
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A store that does not answer now must not end everybody's streams; the next round asks again.
                Log.AskFailed(logger, e);
            }
        }
    }

    private async Task<bool> LivesAsync(Actor actor, CancellationToken cancellationToken) =>
        actor.Token is { } token ? await tokens.FindLiveAsync(token.Id, actor.Address, cancellationToken) is not null
        : actor.SessionId is not { } session || await sessions.FindLiveAsync(actor.AccountId, session, cancellationToken) is not null;

    private void Leave(string session, Watched entry)
    {
        if (entry.Leave())
        {
            watched.TryRemove(KeyValuePair.Create(session, entry));
            entry.Dispose();
        }
    }

    /// <summary>One stream's share in the watch.</summary>
    public sealed class Handle : IDisposable
    {
        private readonly SessionWatch owner;
        private readonly string session;
        private readonly Watched entry;

        internal Handle(SessionWatch owner, string session, Watched entry) => (this.owner, this.session, this.entry) = (owner, session, entry);

        public CancellationToken Ended => entry.Ended;

        public void Dispose() => owner.Leave(session, entry);
    }

    internal sealed class Watched(Actor actor) : IDisposable
    {
        private readonly CancellationTokenSource ended = new();
        private int streams;

        public Actor Actor { get; } = actor;

        public CancellationToken Ended => ended.Token;

        /// <summary>False once the last stream has left: the entry is on its way out.</summary>
        public bool TryEnter()
        {
            lock (ended)
            {
                streams += streams >= 0 ? 1 : 0;
                return streams > 0;
            }
        }

        public bool Leave()
        {
            lock (ended)
            {
                streams = streams == 1 ? -1 : streams - 1;
                return streams < 0;
            }
        }

        public void End()
        {
            lock (ended)
            {
                if (streams > 0)
                {
                    // The streams' continuations run elsewhere: they come back for this lock.
                    _ = ended.CancelAsync();
                }
            }
        }

        /// <summary>A cancelled source may still be calling back; it holds nothing that needs disposing.</summary>
        public void Dispose()
        {
            if (!ended.IsCancellationRequested)
            {
                ended.Dispose();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Listening for ended sessions failed; trying again")]
        public static partial void FeedFailed(ILogger logger, Exception exception);

        [LoggerMessage(1102, LogLevel.Warning, "Asking whether a session still lives failed; asking again later")]
        public static partial void AskFailed(ILogger logger, Exception exception);
    }
}
