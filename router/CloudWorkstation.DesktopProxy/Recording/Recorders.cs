using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Begins recordings.</summary>
internal sealed class Recorders(TargetKey keys, IRecordingApi api, RecordingLimits limits, TimeProvider time, ILogger<RecordingSender> logger)
{
    /// <summary>Null when the order's data key cannot be opened here: then the session must not be.</summary>
    /// <param name="order">What the api ordered.</param>
    /// <param name="engine"><c>rfb</c> or <c>guacamole</c>.</param>
    /// <param name="end">Ends the session.</param>
    public Recorder? Begin(RecordingOrder order, string engine, Action<SessionEnd> end)
    {
        if (OpenKey(order.Key) is not { } key)
        {
            return null;
        }

        try
        {
            return new Recorder(order, engine, limits, buffer => new RecordingSender(order, key, buffer, api, limits, time, logger), time, end);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[]? OpenKey(string wrapped) =>
        Base64Url.IsValid(wrapped) && keys.Unwrap(Base64Url.DecodeFromChars(wrapped)) is { Length: Tokens.Recordings.ChunkSeal.KeyBytes } key ? key : null;
}
