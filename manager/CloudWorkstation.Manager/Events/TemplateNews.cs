using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Events;

/// <summary>Tells consoles when the templates on offer are others than before; what is compared is in memory.</summary>
internal sealed class TemplateNews(ITemplateCatalogue templates, EventFeed feed, TimeProvider time, ILogger<TemplateNews> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first reading may load files; the host need not wait for it.
        await Task.Yield();
        try
        {
            var known = Fingerprint();
            while (true)
            {
                await Task.Delay(Interval, time, stoppingToken);
                var now = Fingerprint();
                if (!now.SetEquals(known) && await TryTellAsync(stoppingToken))
                {
                    known = now;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private HashSet<string> Fingerprint() => [.. templates.Entries.Select(e => $"{e.Name} {e.Template?.Version} {string.Join('|', e.Problems)}")];

    private async Task<bool> TryTellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await feed.TemplatesChangedAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next round tells it.
            logger.LogWarning(e, "The change of the templates could not be told.");
            return false;
        }
    }
}
