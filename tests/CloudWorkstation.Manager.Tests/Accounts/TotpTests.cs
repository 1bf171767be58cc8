using System.Text;
using CloudWorkstation.Manager.Accounts.SecondFactor;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, the rows for SHA-1.</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string code) =>
        Totp.Code(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8).ShouldBe(code);

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_one_step_off(int steps, bool good)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var code = Totp.Code(Secret, Totp.StepOf(now) + steps);

        Totp.Match(Secret, code, now).ShouldBe(good ? Totp.StepOf(now) + steps : null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("287082x")]
    [InlineData("1234567")]
    [InlineData("٢٨٧٠٨٢")]
    public void What_is_no_code_matches_nothing(string text) => Totp.Match(Secret, text, DateTimeOffset.FromUnixTimeSeconds(59)).ShouldBeNull();

    /// <summary>RFC 4648, section 10, without the padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_in_base_32(string text, string encoded)
    {
        Base32.Encode(Encoding.ASCII.GetBytes(text)).ShouldBe(encoded);
        Base32.Decode(encoded).ShouldBe(Encoding.ASCII.GetBytes(text));
    }

    [Fact]
    public void Recovery_codes_are_read_as_people_type_them()
    {
        var codes = RecoveryCodes.New();

        codes.Count.ShouldBe(10);
        codes.Distinct(StringComparer.Ordinal).Count().ShouldBe(10);
        codes.ShouldAllBe(c => RecoveryCodes.LooksLikeOne(c) && c.Length == 14);
        RecoveryCodes.Hash(codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal), "a1").ShouldBe(RecoveryCodes.Hash(codes[0], "a1"));
        RecoveryCodes.Hash(codes[0], "a2").ShouldNotBe(RecoveryCodes.Hash(codes[0], "a1"));
    }
}
