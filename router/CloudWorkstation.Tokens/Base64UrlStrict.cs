using System.Buffers.Text;

namespace CloudWorkstation.Tokens;

/// <summary>
/// base64url without padding (RFC 4648 section 5, as RFC 7515 section 2 uses it), canonical only: an encoding whose unused
/// trailing bits are not zero is refused, so that one token has exactly one spelling.
/// </summary>
internal static class Base64UrlStrict
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.TryDecodeFromChars(text, buffer, out var written))
        {
            return false;
        }

        bytes = buffer[..written];
        return text.SequenceEqual(Encode(bytes));
    }
}
