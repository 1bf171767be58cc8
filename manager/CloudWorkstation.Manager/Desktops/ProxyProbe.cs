using System.Net.Http.Json;
using System.Text.Json;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Has a desktop proxy knock at a screen that this process cannot reach itself.</summary>
internal sealed class ProxyProbe(HttpClient http, InternalKeyText internalKey, TimeProvider time)
{
    public async Task<ScreenReply> AskAsync(string proxy, DesktopTarget target, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            var key = await internalKey.ReadAsync(timeout.Token) ?? throw new IOException("there is no internal key; set CWS_INTERNALKEY");
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{proxy}{ProbeTicket.Path}");
            request.Headers.Add(ProbeTicket.Header, ProbeTicket.Seal(target, key, time.GetUtcNow()));
            using var response = await http.SendAsync(request, timeout.Token);
            return response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<Reply>(timeout.Token) is { } reply
                ? new ScreenReply(Enum.TryParse<ScreenAnswer>(reply.Answer, ignoreCase: true, out var answer) ? answer : ScreenAnswer.Silent, reply.Detail ?? "")
                : new ScreenReply(ScreenAnswer.Silent, $"the desktop proxy {proxy} answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new ScreenReply(ScreenAnswer.Silent, $"the desktop proxy {proxy} cannot be asked: {(e is OperationCanceledException ? "no answer in time" : e.Message)}");
        }
    }

    private sealed record Reply(string? Answer, string? Detail);
}
