using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Events;

/// <summary>Tells consoles when the templates on offer are others than before.</summary>
internal sealed class TemplateNews(ITemplateCatalogue templates, EventFeed feed, ILogger<TemplateNews> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        templates.Changed += OnChanged;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        templates.Changed -= OnChanged;
        return Task.CompletedTask;
    }

    private void OnChanged(object? sender, EventArgs e) => _ = TellAsync();

    private async Task TellAsync()
    {
        try
        {
            await feed.TemplatesChangedAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Consoles read the templates again when they are opened; nothing but a moment's freshness is lost.
            logger.LogWarning(e, "The change of the templates could not be told.");
        }
    }
}
