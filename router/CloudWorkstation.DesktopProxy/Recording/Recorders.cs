using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Begins recordings.</summary>
internal sealed class Recorders(TargetKey keys, IRecordingApi api, RecordingLimits limits, TimeProvider time, ILogger<RecordingSender> logger)
{
    public const string Rfb = "rfb";
    public const string Guacamole = "guacamole";
    private const string Off = "off";

    /// <summary>What listens to a session; null when nothing has to.</summary>
    /// <param name="opened">What the api let the session do.</param>
    /// <param name="engine"><see cref="Rfb"/> or <see cref="Guacamole"/>.</param>
    /// <param name="end">Ends the session.</param>
    public IStreamTap? Begin(OpenResponse opened, string engine, Action<SessionEnd> end)
    {
        if (opened.Recording is not { } order)
        {
            if (opened.Session?.Recording is not (null or Off))
            {
                end(SessionEnd.Unrecorded);
            }

            return null;
        }

        if (OpenKey(order.Key) is not { } key)
        {
            end(SessionEnd.Unrecorded);
            return null;
        }

        var recorder = new Recorder(order, engine, limits, buffer => new RecordingSender(order, key, buffer, api, limits, time, logger), time, end);
        CryptographicOperations.ZeroMemory(key);
        return new RecordingTap(recorder, engine == Guacamole ? new GuacamoleInputs(recorder).Take : new RfbInputs(recorder).Take);
    }

    private byte[]? OpenKey(string wrapped) =>
        Base64Url.IsValid(wrapped) && keys.Unwrap(Base64Url.DecodeFromChars(wrapped)) is { Length: ChunkSeal.KeyBytes } key ? key : null;
}
