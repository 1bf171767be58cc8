using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Tokens;

/// <summary>A JWS in compact form taken apart (RFC 7515 section 3.1); nothing of it is verified.</summary>
internal sealed record SignedText(JsonElement Header, string Payload, byte[] Signed, byte[] Signature)
{
    public static bool TryRead(string token, out SignedText text)
    {
        var parts = token.Split('.', 4);
        if (parts.Length == 3 && Jwt.TryParse(parts[0], out var header) && Base64UrlStrict.TryDecode(parts[2], out var signature))
        {
            text = new SignedText(header, parts[1], Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), signature);
            return true;
        }

        text = null!;
        return false;
    }
}
