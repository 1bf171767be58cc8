using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>The signature of Standard Webhooks: <c>v1,</c> and the base64 of HMAC-SHA256 over id, time and body with dots between.</summary>
internal static class WebhookSignature
{
    /// <summary>One for each secret, with spaces between: while a secret is rotated, the receiver may know either.</summary>
    public static string Of(string id, DateTimeOffset at, ReadOnlySpan<byte> body, IEnumerable<byte[]> secrets)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}."));
        byte[] content = [.. head, .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, content))));
    }
}
