using System.Buffers.Text;
using System.Security.Cryptography;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>Signing secrets as Standard Webhooks writes them: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
internal static class WebhookSecrets
{
    public const string Rule = "A signing secret is 'whsec_' and the base64 of 24 to 64 random bytes; leave it to the console to make one.";
    private const string Prefix = "whsec_";
    private const int MinimumBytes = 24;
    private const int MaximumBytes = 64;
    private const int NewBytes = 32;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Null when it is not one.</summary>
    public static byte[]? Bytes(string secret)
    {
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : "";
        return Base64.IsValid(text) && Convert.FromBase64String(text) is { Length: >= MinimumBytes and <= MaximumBytes } bytes ? bytes : null;
    }
}
