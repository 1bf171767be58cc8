namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>moto's recorder of requests.</summary>
internal static class Recorder
{
    public static Task StartAsync(HttpClient moto, CancellationToken cancellationToken) => PostAsync(moto, "start-recording", cancellationToken);

    /// <summary>Ends the recording; the next begins empty.</summary>
    public static async Task<string> DownloadAsync(HttpClient moto, CancellationToken cancellationToken)
    {
        await PostAsync(moto, "stop-recording", cancellationToken);
        var recording = await moto.GetStringAsync(new Uri("/moto-api/recorder/download-recording", UriKind.Relative), cancellationToken);
        await PostAsync(moto, "reset-recording", cancellationToken);
        return recording;
    }

    private static async Task PostAsync(HttpClient moto, string what, CancellationToken cancellationToken)
    {
        using var answer = await moto.PostAsync(new Uri($"/moto-api/recorder/{what}", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
