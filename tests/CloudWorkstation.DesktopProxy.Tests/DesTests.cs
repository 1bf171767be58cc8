using System.Security.Cryptography;
using CloudWorkstation.DesktopProxy.Rfb;

namespace CloudWorkstation.DesktopProxy.Tests;

public sealed class DesTests
{
    [Theory]
    [InlineData("133457799BBCDFF1", "0123456789ABCDEF", "85E813540F0AB405")]
    [InlineData("0101010101010101", "8000000000000000", "95F8A5E5DD31D900")]
    [InlineData("0000000000000000", "0000000000000000", "8CA64DE9C1B123A7")]
    [InlineData("FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "7359B2163E4EDC58")]
    [InlineData("0E329232EA6D0D73", "8787878787878787", "0000000000000000")]
    public void Published_vectors_come_out_weak_keys_among_them(string key, string plain, string cipher)
    {
        var result = new byte[8];
        Des.EncryptBlock(Convert.FromHexString(key), Convert.FromHexString(plain), result);
        Convert.ToHexString(result).ShouldBe(cipher);
    }

    [Fact]
    public void A_password_longer_than_eight_characters_counts_as_its_first_eight()
    {
        var challenge = RandomNumberGenerator.GetBytes(16);
        VncAuthentication.Respond(challenge, "12345678and more").ShouldBe(VncAuthentication.Respond(challenge, "12345678"));
    }

    [Fact]
    public void An_empty_password_is_answered_too()
    {
        VncAuthentication.Respond(new byte[16], "").ShouldBe(Convert.FromHexString("8CA64DE9C1B123A78CA64DE9C1B123A7"));
    }
}
