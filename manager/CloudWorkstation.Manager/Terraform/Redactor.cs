using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform;

/// <summary>Takes secrets out of text, in the forms in which programs print them: plain, JSON, URL and base64, also inside a longer base64.</summary>
internal sealed class Redactor
{
    public const string Replacement = "[secret]";

    // Shorter values occur in ordinary words; replacing them would hide nothing and garble the log.
    private const int ShortestSecret = 4;
    private const int ShortestBase64 = 6;

    private readonly string[] forms;

    public Redactor(IEnumerable<string> secrets)
    {
        forms = [.. secrets.SelectMany(FormsOf).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
    }

    public string Redact(string text)
    {
        foreach (var form in forms)
            text = text.Replace(form, Replacement, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The same for every string inside a JSON value.</summary>
    public JsonElement Redact(JsonElement value)
    {
        if (forms.Length == 0)
            return value.Clone();
        try
        {
            using var document = JsonDocument.Parse(Redact(value.GetRawText()));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // The secret stood where JSON allows no text, in a number for example: nothing of the value can be kept.
            return JsonSerializer.SerializeToElement(Replacement);
        }
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        if (secret.Length < ShortestSecret)
            yield break;
        yield return secret;
        yield return JsonEncodedText.Encode(secret).ToString();
        yield return JsonEncodedText.Encode(secret, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        yield return Uri.EscapeDataString(secret);
        yield return System.Net.WebUtility.UrlEncode(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return Convert.ToHexStringLower(bytes);
        for (var offset = 0; offset < 3; offset++)
        {
            if (Base64Core(bytes, offset) is { Length: >= ShortestBase64 } core)
                yield return core;
        }

        foreach (var line in secret.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Length >= ShortestSecret)
                yield return line;
        }
    }

    /// <summary>The characters of a base64 text that depend on the secret alone when <paramref name="offset"/> other bytes go before it.</summary>
    private static string Base64Core(byte[] secret, int offset)
    {
        var padded = new byte[offset + secret.Length];
        secret.CopyTo(padded, offset);
        var text = Convert.ToBase64String(padded);
        var start = (offset * 8 + 5) / 6;
        var end = padded.Length * 8 / 6;
        return start < end ? text[start..end] : "";
    }
}
