using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>
/// A phone: makes codes by RFC 6238 on its own, by the real clock. Each code it gives is of a later step than the one before; the server takes a
/// phone that is a step ahead, so two codes are to be had at once.
/// </summary>
public sealed class AuthenticatorApp(string secret)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private long last;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public string Code
    {
        get
        {
            last = Math.Max(last + 1, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
            return At(last);
        }
    }

    public static async Task<AuthenticatorApp> EnrolAsync(HttpClient client)
    {
        using var begun = await client.PostAsync("/api/v1/me/second-factor/enrolment", null);
        var app = new AuthenticatorApp((await begun.ShouldBeAsync(200)).Text("secret"));
        using var confirmed = await client.PostAsJsonAsync("/api/v1/me/second-factor/confirmation", new { code = app.Code });
        app.RecoveryCodes = [.. (await confirmed.ShouldBeAsync(200))["recoveryCodes"]!.AsArray().Select(c => c!.GetValue<string>())];
        return app;
    }

    private string At(long step)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The apps' algorithm.
        var hash = HMACSHA1.HashData(Key(), counter);
#pragma warning restore CA5350
        var code = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000;
        return code.ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>Base 32 is a number of base 32, after all.</summary>
    private byte[] Key()
    {
        var number = secret.Aggregate(BigInteger.Zero, (sum, c) => (sum * 32) + Alphabet.IndexOf(c, StringComparison.Ordinal));
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[20 - bytes.Length], .. bytes];
    }
}
