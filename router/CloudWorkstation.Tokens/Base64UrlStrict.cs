using System.Buffers;
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
        // Not TryDecodeFromChars: that one throws on characters outside the alphabet, and this text comes from anybody.
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        bytes = buffer[..written];
        return text.SequenceEqual(Encode(bytes));
    }
}
