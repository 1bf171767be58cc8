using System.Net;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Aws.Proxies;

/// <summary>What a desktop's own proxy said of itself when it started.</summary>
internal sealed record AnnouncedProxy(string Desktop, string Address, DateTimeOffset At);

internal sealed class ProxyDocuments(IDocumentStore store)
{
    public static CollectionDefinition Definition { get; } = new("proxies");

    public static TimeSpan Kept { get; } = TimeSpan.FromDays(7);

    public Collection<AnnouncedProxy> Proxies { get; } = new(store, Definition, p => p.Desktop);
}

/// <summary>Takes in where desktops' own proxies are.</summary>
public interface IProxyAnnouncements
{
    /// <summary>A proxy has started at an address: who connects to the desktop is sent there from now on.</summary>
    Task<Outcome<bool>> AnnounceAsync(string desktop, string address, CancellationToken cancellationToken);
}

internal sealed class ProxyAnnouncements(ProxyDocuments documents, DesktopDocuments desktops, Changes changes, TimeProvider time) : IProxyAnnouncements
{
    private const int MostTries = 20;

    public async Task<Outcome<bool>> AnnounceAsync(string desktop, string address, CancellationToken cancellationToken)
    {
        // A number, no name: the router is told to go there without asking a name server.
        if (!IPEndPoint.TryParse(address, out var endpoint) || endpoint.Port == 0)
        {
            return Problem.Invalid(new FieldError("address", "Give an IP address and a port, as 10.0.1.2:8083."));
        }

        for (var i = 0; i < MostTries; i++)
        {
            if (!DesktopSecrets.IsId(desktop) || await desktops.Desktops.GetAsync(desktop, cancellationToken) is not { } found)
            {
                return Problem.NotFound("desktop", desktop);
            }

            if (await TryStoreAsync(found, endpoint.ToString(), cancellationToken))
            {
                return true;
            }
        }

        return DesktopProblems.Busy;
    }

    private async Task<bool> TryStoreAsync(Versioned<Desktop> desktop, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var announced = new AnnouncedProxy(desktop.Value.Id, address, now);
        var known = await documents.Proxies.GetAsync(desktop.Value.Id, cancellationToken);
        var set = changes.Begin().Write(known is null
            ? documents.Proxies.Add(announced, now + ProxyDocuments.Kept)
            : documents.Proxies.Replace(announced, known.Version, now + ProxyDocuments.Kept));

        // During an operation its own route step reads what was announced.
        if (desktop.Value is { ActiveOperation: null, Machine.Service: not null } && desktop.Value.Proxy != address)
        {
            set.Replace(desktop.Value with { Proxy = address }, desktop.Version);
        }

        return (await set.CommitAsync(cancellationToken)).Committed;
    }
}
