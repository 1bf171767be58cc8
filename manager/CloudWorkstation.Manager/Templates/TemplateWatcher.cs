using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Templates;

/// <summary>Reloads the catalogue once the files of the templates have been quiet for a moment after a change.</summary>
internal sealed class TemplateWatcher(TemplateCatalogue catalogue, TimeProvider time, ILogger<TemplateWatcher> logger) : BackgroundService
{
    // An editor or a checkout touches many files; half of them would be a broken template.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Loading reads and copies files; the host need not wait for it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            using SemaphoreSlim changed = new(0);
            var watchers = Watch(changed);
            try
            {
                await changed.WaitAsync(stoppingToken);
                while (await changed.WaitAsync(Quiet, stoppingToken))
                {
                }

                await catalogue.ReloadAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The catalogue keeps what it had; the next change is another chance.
                logger.LogError(exception, "The templates could not be read again.");
                await Task.Delay(Quiet, time, stoppingToken);
            }
            finally
            {
                watchers.ForEach(watcher => watcher.Dispose());
            }
        }
    }

    private List<FileSystemWatcher> Watch(SemaphoreSlim changed)
    {
        List<FileSystemWatcher> watchers = [];
        foreach (var directory in catalogue.WatchedDirectories.Where(Directory.Exists))
        {
            FileSystemWatcher watcher = new(directory) { IncludeSubdirectories = true };
            watcher.Changed += (_, _) => Note(changed);
            watcher.Created += (_, _) => Note(changed);
            watcher.Deleted += (_, _) => Note(changed);
            watcher.Renamed += (_, _) => Note(changed);
            watcher.Error += (_, _) => Note(changed);
            watcher.EnableRaisingEvents = true;
            watchers.Add(watcher);
        }

        return watchers;
    }

    private static void Note(SemaphoreSlim changed)
    {
        try
        {
            changed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last event of a watcher that is being replaced; its successor sees the files as they are now.
        }
    }
}
