using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Tokens;

/// <summary>
/// Asks a desktop proxy whether a screen answers: the target sealed under the product's internal key, so that only one of its own processes
/// can ask, and nobody on the way reads the screen's password. Good for a minute.
/// </summary>
public static class ProbeTicket
{
    /// <summary>Where a proxy is asked, with GET.</summary>
    public const string Path = "/internal/probe";

    /// <summary>The header that carries the ticket.</summary>
    public const string Header = "X-Cws-Probe";

    private const string Purpose = "screen-probe";
    private static readonly TimeSpan Valid = TimeSpan.FromMinutes(1);

    public static string Seal(DesktopTarget target, string internalKey, DateTimeOffset now)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Content(target, now), JsonSerializerOptions.Web);
        return Base64UrlStrict.Encode(SecretBox.Seal(Encoding.UTF8.GetBytes(internalKey), Purpose, Purpose, content));
    }

    /// <summary>Null for anything that was not sealed under <paramref name="internalKey"/> within the last minute.</summary>
    public static DesktopTarget? Open(string text, string internalKey, DateTimeOffset now)
    {
        if (text.Length > Jwt.MaximumLength || !Base64UrlStrict.TryDecode(text, out var box))
        {
            return null;
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(SecretBox.Open(Encoding.UTF8.GetBytes(internalKey), Purpose, Purpose, box), JsonSerializerOptions.Web);
            return content is { Target: { } target } && (now - content.At).Duration() <= Valid ? target : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private sealed record Content(DesktopTarget Target, DateTimeOffset At);
}
