using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Engines;

/// <summary>
/// The protocol of one session: how it begins and how its bytes move. When it ends, and what the browser is told then, is the session's
/// business, not the engine's. Disposing of it closes the connection to the desktop.
/// </summary>
internal interface IEngine : IDisposable
{
    /// <summary>What the engine saw that must end the session, for the log; empty when nothing.</summary>
    string Failure { get; }

    /// <summary>Dials and shakes hands, up to the first byte that is only moved; false when the browser left meanwhile.</summary>
    /// <param name="cancellationToken">The session ends.</param>
    /// <exception cref="EngineException">Somebody did not follow the protocol or took too long.</exception>
    Task<bool> StartAsync(CancellationToken cancellationToken);

    /// <summary>Moves bytes to the browser until something ends; never throws for a broken connection.</summary>
    /// <returns>Why it stopped.</returns>
    Task<SessionEnd> DownloadAsync();

    /// <summary>Moves bytes to the desktop until something ends; never throws for a broken connection.</summary>
    /// <returns>Why it stopped.</returns>
    Task<SessionEnd> UploadAsync();

    /// <summary>Called with every report to the api; not null when the engine itself finds that the session is over.</summary>
    SessionEnd? Tick() => null;
}
