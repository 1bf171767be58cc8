using QRCoder;

namespace CloudWorkstation.Api.Auth;

/// <summary>What an authenticator app reads off the screen.</summary>
internal static class QrCodes
{
    private const string Product = "CloudWorkstation";
    private const int PixelsPerModule = 4;

    /// <summary>The key URI that apps understand; the host tells several installations apart.</summary>
    public static string Uri(string secret, string userName, string host) =>
        $"otpauth://totp/{System.Uri.EscapeDataString($"{Product}:{userName}@{host}")}?secret={secret}&issuer={Product}&algorithm=SHA1&digits=6&period=30";

    /// <summary>Black on white in any theme: that is what cameras want.</summary>
    public static string Svg(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
