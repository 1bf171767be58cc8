using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// How guacd 1.5 fails at the beginning: it loses its <c>error</c> when it fails within a quarter of a second, and some failures it notices only when
/// somebody says something, which nobody does before the first frame.
/// </summary>
internal static class EarlyFailure
{
    public const string Untold = "guacd ended the connection before the first frame and did not say why; its log does.";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Says something every second, as often as that is wanted, until it is cancelled or nobody is there any more; never throws.</summary>
    public static async Task NudgeAsync(Func<CancellationToken, Task> say, Func<int, bool> isWanted, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            for (var nudges = 0; isWanted(nudges); nudges++)
            {
                await Task.Delay(Pause, time, cancellationToken);
                await say(cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Whoever reads finds out what it is.
        }
    }
}
