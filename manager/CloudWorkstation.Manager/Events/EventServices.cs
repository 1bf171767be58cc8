using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Events;

public static class EventServices
{
    /// <summary>Events: the shared ring, its tail, and change sets that write an event with every change.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton(EventDocuments.Definition)
        .AddSingleton<EventFeed>()
        .AddSingleton<IEventFeed>(s => s.GetRequiredService<EventFeed>())
        .AddSingleton<Changes>()
        .AddHostedService<EventTail>();
}
