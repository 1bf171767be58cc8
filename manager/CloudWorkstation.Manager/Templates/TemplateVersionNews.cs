using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Templates;

/// <summary>Lets the catalogue hear of versions that other processes have stored, so that it can name and list them.</summary>
internal sealed class TemplateVersionNews(TemplateCatalogue catalogue, TimeProvider time, ILogger<TemplateVersionNews> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await catalogue.LearnAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A version that somebody asks for is looked up by itself.
                logger.LogWarning(exception, "The stored template versions could not be read; trying again.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
