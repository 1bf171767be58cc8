namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>That a session is to be recorded, as the api says when a connection opens.</summary>
/// <param name="Id">The recording, which the api has made.</param>
/// <param name="Keys">Whether key events are kept.</param>
/// <param name="Key">Base64url of the data key, encrypted to the desktop proxies (RSA-OAEP-256).</param>
/// <param name="MaximumBytes">Of all chunks together; with more the session ends, and the next one goes on in the next recording.</param>
/// <param name="MaximumSeconds">The same for its length.</param>
/// <param name="ChunkBytes">A chunk has at most so many bytes of records; 0 for as many as a chunk may have.</param>
internal sealed record RecordingOrder(string Id, bool Keys, string Key, long MaximumBytes, int MaximumSeconds, int ChunkBytes = 0);

internal sealed record CompleteRecording(uint Chunks, string Reason);
