using System.Net.Http.Json;
using System.Text.Json;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Has a desktop proxy knock at a screen that this process cannot reach itself.</summary>
internal sealed class ProxyProbe(HttpClient http, IConfiguration configuration, DataPaths paths, TimeProvider time)
{
    public async Task<ScreenReply> AskAsync(string proxy, DesktopTarget target, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{proxy}{ProbeTicket.Path}");
            request.Headers.Add(ProbeTicket.Header, ProbeTicket.Seal(target, await InternalKeyAsync(timeout.Token), time.GetUtcNow()));
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

    private async Task<string> InternalKeyAsync(CancellationToken cancellationToken) =>
        configuration["InternalKey"]?.Trim() is { Length: > 0 } key
            ? key
            : (await File.ReadAllTextAsync(configuration["InternalKeyFile"] ?? Path.Combine(paths.Keys, "internal.key"), cancellationToken)).Trim();

    private sealed record Reply(string? Answer, string? Detail);
}
