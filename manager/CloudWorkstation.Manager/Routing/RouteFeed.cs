using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Routing;

/// <summary>
/// All routes in memory, loaded once and kept up to date from the events, whichever process they come from. A subscriber gets a snapshot and
/// every change after it; one that cannot keep up is cut off and comes back for another snapshot.
/// </summary>
internal sealed class RouteFeed(
    EventFeed events,
    DesktopDocuments desktops,
    DesktopModels models,
    IRevocations revocations,
    IKeyRing keys,
    TimeProvider time,
    ILogger<RouteFeed> logger) : BackgroundService, IRouteFeed, IRoutePreparation, ISessionEndings
{
    /// <summary>An agent that does not answer within this time is behind for a reason of its own, which must not hold up a desktop.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan KeyCheck = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndingCheck = TimeSpan.FromSeconds(10);
    private readonly KnownEndings endings = new(time);
    private readonly RouteTable table = new();
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async IAsyncEnumerable<RouteMessage> SubscribeAsync(bool acknowledges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await loaded.Task.WaitAsync(cancellationToken);
        var (subscriber, snapshot) = table.Subscribe(acknowledges);
        try
        {
            foreach (var route in snapshot)
            {
                yield return new RouteMessage.Route(route);
            }

            // Read after the subscription began: an end that is stored meanwhile comes twice rather than never.
            var stored = await revocations.LiveAsync(cancellationToken);
            foreach (var (session, until) in stored.Select(r => (r.SessionId, r.Until)).UnionBy(endings.Live(), r => r.SessionId))
            {
                yield return new RouteMessage.Revoke(session, until);
            }

            yield return new RouteMessage.Synced();
            await foreach (var message in subscriber.Channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            table.Unsubscribe(subscriber);
        }
    }

    public async Task PrepareAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        table.Set(models.Route(desktop));
        await UntilInForceAsync(cancellationToken);
    }

    public async Task UntilInForceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await table.MarkAsync().WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            logger.LogWarning("A route agent did not say within {Seconds} s that HAProxy has the newest routes; going on without.", LongestWait.TotalSeconds);
        }
    }

    public void Reached(Guid mark) => table.Reached(mark);

    public void SessionEnded(string sessionId, DateTimeOffset tokensValidUntil, string reason)
    {
        var told = events.New(EventKinds.Session, null, JsonSerializer.SerializeToElement(new { ended = true })) with
        {
            Session = sessionId,
            Ending = new SessionEnding(tokensValidUntil, reason),
        };
        events.Publish([told]);
        _ = StoreAsync(told);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoadAsync(stoppingToken);
            await Task.WhenAll(FollowAsync(stoppingToken), WatchKeysAsync(stoppingToken), WatchEndingsAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            table.Cut();
        }
    }

    // The position is taken before the desktops are read: a change in between is heard of twice, never lost.
    private long position;

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await events.LoadAsync(cancellationToken);
        (var recent, position) = events.Ring.Everything();
        var found = new Dictionary<string, (DesktopRoute Route, long Version)>(StringComparer.Ordinal);
        var query = desktops.Desktops.Query(DesktopDocuments.All, DesktopDocuments.Everything) with { Limit = StoreLimits.MaximumPageSize };
        await foreach (var item in desktops.Desktops.AllAsync(query, cancellationToken))
        {
            found[item.Value.Id] = (models.Route(item.Value), item.Version);
        }

        CorrectBy(recent, found);
        table.Replace(found);
        loaded.TrySetResult();
    }

    /// <summary>What the last events say of a desktop goes before an older version of it in the list.</summary>
    private static void CorrectBy(IReadOnlyList<EventDocument> recent, Dictionary<string, (DesktopRoute Route, long Version)> found)
    {
        foreach (var told in recent)
        {
            if (told.Route is { } route && told.Order > found.GetValueOrDefault(route.Desktop).Version)
            {
                found[route.Desktop] = (route, told.Order);
            }
        }

        foreach (var told in recent.Where(IsDeletion))
        {
            found.Remove(told.Data.GetProperty("id").GetString()!);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = events.Ring.Read(position, 256);
            position = read.Next;
            if (read.Lost)
            {
                // Thousands of events came at once, as when the store answers again after an outage: what they said is read from the desktops.
                logger.LogWarning("The route feed fell behind; it reads every desktop again, and its subscribers start again.");
                await LoadAsync(cancellationToken);
                continue;
            }

            foreach (var entry in read.Entries)
            {
                Apply(entry);
            }

            await events.Ring.WaitAsync(position, cancellationToken);
        }
    }

    private void Apply(EventDocument entry)
    {
        if (entry.Route is { } route)
        {
            if (table.IsNews(route.Desktop, entry.Order))
            {
                var before = table.Set(route);
                if (Ends(route.State) is { } reason)
                {
                    table.Send(new RouteMessage.End(route.Desktop, null, null, reason));
                }
                else if (before is not null && before.Owner != route.Owner)
                {
                    table.Send(new RouteMessage.End(route.Desktop, null, null, "transferred"));
                }
            }
        }
        else if (entry is { Ending: { } ending, Session: { } session })
        {
            endings.Add(session, ending.TokensValidUntil);
            table.Send(new RouteMessage.Revoke(session, ending.TokensValidUntil));
            table.Send(new RouteMessage.End(null, null, session, ending.Reason));
        }
        else if (entry.ConnectionEnding is { } end)
        {
            table.Send(new RouteMessage.End(end.Desktop, end.Connection, null, end.Reason));
        }
        else if (IsDeletion(entry) && entry.Data.GetProperty("id").GetString() is { } id)
        {
            table.Remove(id);
        }
    }

    private static string? Ends(string state) => state switch
    {
        "stopping" or "stopped" or "failed" or "starting" => "stopped",
        "deleting" => "deleted",
        _ => null,
    };

    // Somebody who no longer has a desktop hears that it is gone; the desktop itself is not.
    private static bool IsDeletion(EventDocument told) => told is { Kind: EventKinds.DesktopDeleted, Personal: false };

    /// <summary>Ends of sessions that no event told of: its store failed, or the list was behind when a subscriber began.</summary>
    private async Task WatchEndingsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(EndingCheck, time, cancellationToken);
            try
            {
                foreach (var revocation in (await revocations.LiveAsync(cancellationToken)).Where(r => endings.Add(r.SessionId, r.Until)))
                {
                    table.Send(new RouteMessage.Revoke(revocation.SessionId, revocation.Until));
                    table.Send(new RouteMessage.End(null, null, revocation.SessionId, "signed-out"));
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The store may be away for a while; the next round reads again.
                logger.LogWarning(e, "Reading the ended sessions failed; trying again.");
            }
        }
    }

    // The key ring may be rotated by another process as well, so what is published is compared rather than announced.
    private async Task WatchKeysAsync(CancellationToken cancellationToken)
    {
        var known = Fingerprint();
        while (true)
        {
            await Task.Delay(KeyCheck, time, cancellationToken);
            var now = Fingerprint();
            if (now != known)
            {
                known = now;
                table.Send(new RouteMessage.Keys());
            }
        }
    }

    private string Fingerprint() => string.Join(' ', keys.Published.Select(k => $"{k.Kid}:{k.Slot}:{k.State}"));

    private async Task StoreAsync(EventDocument told)
    {
        try
        {
            await events.StoreAsync(told, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The session's end itself is stored; what is lost is only that other processes hear of it at once.
            logger.LogWarning(e, "The end of session {Session} could not be told to other processes.", told.Session);
        }
    }
}
