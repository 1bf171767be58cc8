using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CloudWorkstation.DesktopProxy.Http;

namespace CloudWorkstation.DesktopProxy.Api;

/// <summary>Tells the api where this desktop's own proxy is, once, as soon as it listens: nobody has to look for its task.</summary>
internal sealed class Announcer(InternalApi api, DesktopListener listener, ProxySettings settings, TimeProvider time, ILogger<Announcer> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        try
        {
            while (!await TryAnnounceAsync(stoppingToken))
            {
                await Task.Delay(pause, time, stoppingToken);
                pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Whether there is nothing more to do.</summary>
    private async Task<bool> TryAnnounceAsync(CancellationToken cancellationToken)
    {
        if (await AddressAsync(cancellationToken) is not { } address)
        {
            return false;
        }

        var verdict = await api.AnnounceAsync(new ProxyAnnouncement(settings.Desktop!, address), cancellationToken);
        if (verdict.IsAgreed)
        {
            logger.LogInformation("The api knows that the proxy of desktop {Desktop} is at {Address}.", settings.Desktop, address);
            return true;
        }

        logger.LogWarning("The api did not take in that the proxy of desktop {Desktop} is at {Address}: {Status} {Code}", settings.Desktop, address, verdict.Status, verdict.Code);

        // The desktop is gone, or what we say makes no sense to it: saying it again changes nothing.
        return verdict.Status is 404 or 422;
    }

    private async Task<string?> AddressAsync(CancellationToken cancellationToken)
    {
        if (settings.Advertise is not null)
        {
            return settings.Advertise;
        }

        if (settings.Metadata is not null)
        {
            return await FromEcsAsync(settings.Metadata, cancellationToken) is { } address ? new IPEndPoint(address, listener.Address.Port).ToString() : null;
        }

        return listener.Address.ToString();
    }

    private async Task<IPAddress?> FromEcsAsync(Uri metadata, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var document = JsonDocument.Parse(await http.GetStringAsync(metadata, cancellationToken));
            return IPAddress.TryParse(document.RootElement.GetProperty("Networks")[0].GetProperty("IPv4Addresses")[0].GetString(), out var address) ? address : null;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogWarning("ECS does not say which address this task has: {Reason}", e.Message);
            return null;
        }
    }
}
