using System.Net.Http.Headers;
using System.Net.Http.Json;
using CloudWorkstation.DesktopProxy.Api;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Where recordings go.</summary>
internal interface IRecordingApi
{
    /// <summary>HTTP status; 0 when the api could not be reached.</summary>
    Task<int> PutAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken);

    Task<int> CompleteAsync(string recording, CompleteRecording complete, CancellationToken cancellationToken);
}

/// <inheritdoc />
internal sealed class RecordingApi(HttpClient http) : IRecordingApi
{
    public Task<int> PutAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(chunk);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return SendAsync(HttpMethod.Put, $"internal/v1/recordings/{Uri.EscapeDataString(recording)}/chunks/{number}", content, cancellationToken);
    }

    public Task<int> CompleteAsync(string recording, CompleteRecording complete, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"internal/v1/recordings/{Uri.EscapeDataString(recording)}/complete", JsonContent.Create(complete, ApiJson.Default.CompleteRecording), cancellationToken);

    private async Task<int> SendAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }
}
