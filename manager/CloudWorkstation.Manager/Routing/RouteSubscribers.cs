using System.Threading.Channels;

namespace CloudWorkstation.Manager.Routing;

/// <summary>
/// Who listens to the route feed. One that acknowledges can be asked how far it has come: a mark is put behind everything it was
/// told, and comes back once all of that is in force. The owner's lock guards every member.
/// </summary>
internal sealed class RouteSubscribers
{
    private const int Backlog = 50_000;
    private readonly List<RouteSubscriber> all = [];
    private readonly Dictionary<Guid, (RouteSubscriber Of, TaskCompletionSource Reached)> marks = [];

    public RouteSubscriber Add(bool acknowledges)
    {
        var subscriber = new RouteSubscriber(
            Channel.CreateBounded<RouteMessage>(new BoundedChannelOptions(Backlog) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }),
            acknowledges);
        all.Add(subscriber);
        return subscriber;
    }

    /// <summary>Nobody waits for one that has left: it begins with a snapshot when it is back.</summary>
    public void Remove(RouteSubscriber subscriber)
    {
        all.Remove(subscriber);
        foreach (var mark in marks.Where(m => m.Value.Of == subscriber).Select(m => m.Key).ToList())
        {
            Reached(mark);
        }
    }

    public void Broadcast(RouteMessage message) => all.ForEach(s => s.Send(message));

    /// <summary>Ends every subscription; its holder comes back for a new snapshot.</summary>
    public void Cut() => all.ForEach(s => s.Channel.Writer.TryComplete());

    /// <summary>Completes when everything sent so far is in force with everyone who acknowledges.</summary>
    public Task MarkAsync() => Task.WhenAll(all.Where(s => s.Acknowledges).Select(MarkAsync));

    /// <summary>False for a mark that nobody waits for any more.</summary>
    public bool Reached(Guid mark) => marks.Remove(mark, out var waiting) && waiting.Reached.TrySetResult();

    private Task MarkAsync(RouteSubscriber subscriber)
    {
        var mark = Guid.NewGuid();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        marks[mark] = (subscriber, reached);
        subscriber.Send(new RouteMessage.Mark(mark));
        return reached.Task;
    }
}

/// <param name="Channel">What it has not read yet.</param>
/// <param name="Acknowledges">Whether it answers marks.</param>
internal sealed record RouteSubscriber(Channel<RouteMessage> Channel, bool Acknowledges)
{
    /// <summary>One that cannot keep up is cut off.</summary>
    public void Send(RouteMessage message)
    {
        if (!Channel.Writer.TryWrite(message))
        {
            Channel.Writer.TryComplete();
        }
    }
}
