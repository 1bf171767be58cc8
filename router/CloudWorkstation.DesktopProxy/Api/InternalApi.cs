using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudWorkstation.DesktopProxy.Recording;

namespace CloudWorkstation.DesktopProxy.Api;


internal sealed record KeyEntry(string Kid, string Slot, string State, string Pem);

internal sealed record KeyList(List<KeyEntry> Items);

internal sealed record SealedKey(string Kid, string Sealed);

internal record SessionReport(DateTimeOffset? LastInputAt, long BytesToBrowser, long BytesToDesktop, double? RoundTripMilliseconds, DateTimeOffset? FirstFrameAt = null);

/// <summary>A report among others.</summary>
internal sealed record NamedReport(string Connection, DateTimeOffset? LastInputAt, long BytesToBrowser, long BytesToDesktop, double? RoundTripMilliseconds, DateTimeOffset? FirstFrameAt)
    : SessionReport(LastInputAt, BytesToBrowser, BytesToDesktop, RoundTripMilliseconds, FirstFrameAt);

internal sealed record ReportList(IReadOnlyList<NamedReport> Reports);

internal sealed record ReportAnswer(string Connection, int Status, string? Code);

internal sealed record ReportAnswers(List<ReportAnswer> Answers);

internal sealed record CloseReport(string Reason, DateTimeOffset? LastInputAt, long BytesToBrowser, long BytesToDesktop, double? RoundTripMilliseconds, DateTimeOffset? FirstFrameAt = null);

internal sealed record ProxyAnnouncement(string Desktop, string Address);

internal sealed record ProblemCode(string? Code, string? Reason);

/// <summary>Outcome of a call that the api may refuse.</summary>
/// <param name="Status">HTTP status, 0 when the api could not be reached.</param>
/// <param name="Code">The problem's code or reason when it refused.</param>
/// <param name="Opened">What it said when it agreed to a connection.</param>
internal readonly record struct Verdict(int Status, string? Code, OpenResponse? Opened = null)
{
    public bool IsAgreed => Status is >= 200 and < 300;

    /// <summary>The api answered and means no; anything else is trouble that passes.</summary>
    public bool IsRefused => Status is 404 or 409 or 410;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenResponse))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(SealedKey))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(ReportList))]
[JsonSerializable(typeof(ReportAnswers))]
[JsonSerializable(typeof(CloseReport))]
[JsonSerializable(typeof(ProxyAnnouncement))]
[JsonSerializable(typeof(ProblemCode))]
[JsonSerializable(typeof(CompleteRecording))]
[JsonSerializable(typeof(FeedMessage))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>The api's internal endpoints, as the proxy uses them.</summary>
internal sealed class InternalApi(HttpClient http)
{
    private const int AtOnce = 16;

    public static void Configure(HttpClient http, ProxySettings settings)
    {
        http.BaseAddress = settings.Api;
        http.Timeout = TimeSpan.FromSeconds(5);
        http.MaxResponseContentBufferSize = 1 << 20;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.ReadInternalKey());
    }

    public async Task<KeyList> KeysAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync("internal/v1/keys", ApiJson.Default.KeyList, cancellationToken) ?? new KeyList([]);

    /// <summary>The proxies' private key, encrypted under the secret that the api and the proxies share.</summary>
    public async Task<SealedKey> ProxyKeyAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync("internal/v1/proxy-key", ApiJson.Default.SealedKey, cancellationToken) ?? throw new JsonException("The api gave no key.");

    /// <summary>Uses up a desktop token; every other attempt with it is refused from now on.</summary>
    public async Task<Verdict> OpenAsync(string connection, CancellationToken cancellationToken) =>
        await SendAsync($"internal/v1/connections/{Uri.EscapeDataString(connection)}/open", null, cancellationToken);

    private async Task<Verdict> ReportAsync(string connection, SessionReport report, CancellationToken cancellationToken) =>
        await SendAsync(
            $"internal/v1/connections/{Uri.EscapeDataString(connection)}/report", JsonContent.Create(report, ApiJson.Default.SessionReport), cancellationToken);

    /// <summary>Many reports in one request; the verdicts are in their order.</summary>
    public async Task<IReadOnlyList<Verdict>> ReportAsync(IReadOnlyList<NamedReport> reports, CancellationToken cancellationToken)
    {
        if (reports.Count == 1)
        {
            return await ReportOneByOneAsync(reports, cancellationToken);
        }

        var verdict = new Verdict(0, "malformed");
        try
        {
            using var content = JsonContent.Create(new ReportList(reports), ApiJson.Default.ReportList);
            using var response = await http.PostAsync(new Uri("internal/v1/connections/reports", UriKind.Relative), content, cancellationToken);
            var answers = response.StatusCode == HttpStatusCode.OK ? (await response.Content.ReadFromJsonAsync(ApiJson.Default.ReportAnswers, cancellationToken))?.Answers : null;
            if (answers is not null && answers.Select(a => a.Connection).SequenceEqual(reports.Select(r => r.Connection)))
            {
                return [.. answers.Select(a => new Verdict(a.Status, a.Code))];
            }

            verdict = response.IsSuccessStatusCode ? verdict : new Verdict((int)response.StatusCode, null);
        }
        catch (Exception e) when (IsTrouble(e, cancellationToken))
        {
            verdict = new Verdict(0, "unreachable");
        }

        // An api of before knows no such request, and one report that is refused as a whole must not silence the others.
        return verdict.Status is >= 400 and < 500 ? await ReportOneByOneAsync(reports, cancellationToken) : [.. reports.Select(_ => verdict)];
    }

    public async Task<Verdict> CloseAsync(string connection, CloseReport report, CancellationToken cancellationToken) =>
        await SendAsync(
            $"internal/v1/connections/{Uri.EscapeDataString(connection)}/close", JsonContent.Create(report, ApiJson.Default.CloseReport), cancellationToken);

    public async Task<Verdict> AnnounceAsync(ProxyAnnouncement announcement, CancellationToken cancellationToken) =>
        await SendAsync("internal/v1/proxies", JsonContent.Create(announcement, ApiJson.Default.ProxyAnnouncement), cancellationToken);

    /// <summary>Opens the feed; the stream ends when the api does.</summary>
    public async Task<Stream> FeedAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/v1/feed");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private static bool IsTrouble(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async Task<IReadOnlyList<Verdict>> ReportOneByOneAsync(IReadOnlyList<NamedReport> reports, CancellationToken cancellationToken)
    {
        var verdicts = new Verdict[reports.Count];
        await Parallel.ForAsync(0, reports.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            verdicts[i] = await ReportAsync(reports[i].Connection, reports[i], token));
        return verdicts;
    }

    private async Task<Verdict> SendAsync(string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var opened = await response.Content.ReadFromJsonAsync(ApiJson.Default.OpenResponse, cancellationToken);
                return new Verdict(200, null, opened);
            }

            var problem = response.IsSuccessStatusCode ? null : await ReadProblemAsync(response, cancellationToken);
            return new Verdict((int)response.StatusCode, problem?.Reason ?? problem?.Code);
        }
        catch (Exception e) when (IsTrouble(e, cancellationToken))
        {
            return new Verdict(0, e is JsonException ? "malformed" : "unreachable");
        }
    }

    private static async Task<ProblemCode?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemCode, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
