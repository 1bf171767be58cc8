using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>What a second factor has used up is used up, whenever the api dies.</summary>
public sealed class SecondFactorCrashTests
{
    private const int Limit = 300_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Password = "a-password-of-my-own-7";

    [Fact(Timeout = Limit)]
    public async Task Codes_that_were_used_are_refused_after_the_api_was_killed()
    {
        await using var product = await Product.StartAsync();
        using var alice = await product.EmployeeAsync("alice");
        var begun = await alice.PostAsync("/api/v1/me/second-factor/enrolment");
        var key = Decode(begun.Body["secret"]!.GetValue<string>());
        var step = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30;
        var confirmed = await alice.PostAsync("/api/v1/me/second-factor/confirmation", new { code = Code(key, step) });
        confirmed.Status.ShouldBe(200, confirmed.ToString());
        var recovery = confirmed.Body["recoveryCodes"]![0]!.GetValue<string>();
        (await CompleteAsync(product, recovery)).Status.ShouldBe(200);

        await product.KillAndAwaitReturnAsync("api");
        await Eventually.HoldsAsync(async () => (await alice.GetAsync("/api/v1/me")).Status == 200, "the api answers again");

        var again = await CompleteAsync(product, recovery);
        (again.Status, again.Code).ShouldBe((422, "invalid_code"), again.ToString());
        // Of the step that set the app up: still the present one on a quick machine, and too old on a slow one.
        var code = await CompleteAsync(product, Code(key, step));
        code.Status.ShouldBe(422, code.ToString());
        (await CompleteAsync(product, confirmed.Body["recoveryCodes"]![1]!.GetValue<string>())).Status.ShouldBe(200);
    }

    private static async Task<Answer> CompleteAsync(Product product, string code)
    {
        using var browser = new Person(product.Url);
        (await browser.PostAsync("/auth/sign-in", new { userName = "alice", password = Password })).Code.ShouldBe("second_factor_required");
        return await browser.PostAsync("/auth/second-factor", new { code });
    }

    private static byte[] Decode(string secret)
    {
        var bits = string.Concat(secret.Select(c => Alphabet.IndexOf(c, StringComparison.Ordinal).ToString("b5", CultureInfo.InvariantCulture)));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private static string Code(byte[] key, long step)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The apps' algorithm.
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        return ((BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
