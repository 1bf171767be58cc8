using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Tokens.Tests;

public sealed class TargetCipherTests
{
    private static readonly DesktopTarget Target = new("127.0.0.1", 5901, "vnc", "s3cret-ü");

    [Fact(Timeout = 30_000)]
    public Task The_proxies_read_what_was_encrypted_to_them()
    {
        TargetCipher.Decrypt(TargetCipher.Encrypt(Target, Keyring.Current), Keyring.Current).ShouldBe(Target);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Two_encryptions_of_the_same_have_nothing_in_common()
    {
        var first = TargetCipher.Encrypt(Target, Keyring.Current).Split('.');
        var second = TargetCipher.Encrypt(Target, Keyring.Current).Split('.');

        first[0].ShouldBe(second[0]);
        first.Skip(1).Zip(second.Skip(1)).ShouldAllBe(p => p.First != p.Second);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Nothing_of_the_target_can_be_read_without_the_key()
    {
        var text = TargetCipher.Encrypt(Target, Keyring.Current);
        var all = string.Concat(text.Split('.').Select(p => Encoding.Latin1.GetString(Keyring.FromBase64Url(p))));

        all.ShouldNotContain("s3cret");
        all.ShouldNotContain("5901");
        TargetCipher.Decrypt(text, Keyring.Next).ShouldBeNull();
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_form_is_a_compact_jwe_that_a_second_implementation_can_read()
    {
        var parts = TargetCipher.Encrypt(Target, Keyring.Current).Split('.');
        Encoding.UTF8.GetString(Keyring.FromBase64Url(parts[0])).ShouldBe("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"key-1"}""");

        var contentKey = Keyring.Current.Rsa.Decrypt(Keyring.FromBase64Url(parts[1]), RSAEncryptionPadding.OaepSHA256);
        var cipher = Keyring.FromBase64Url(parts[3]);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(contentKey, 16);
        aes.Decrypt(Keyring.FromBase64Url(parts[2]), cipher, Keyring.FromBase64Url(parts[4]), plain, Encoding.ASCII.GetBytes(parts[0]));

        contentKey.Length.ShouldBe(32);
        Encoding.UTF8.GetString(plain).ShouldContain("\"port\":5901");
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30.e30")]
    public Task Text_that_is_no_jwe_is_nothing(string text)
    {
        TargetCipher.Decrypt(text, Keyring.Current).ShouldBeNull();
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"alg":"RSA1_5","enc":"A256GCM","kid":"key-1"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A128GCM","kid":"key-1"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","kid":"key-1"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"key-1","zip":"DEF"}""")]
    [InlineData("not json")]
    public Task A_header_that_says_something_else_is_refused_even_when_it_is_authentic(string header) => RefusedAsync(header, """{"host":"h","port":1,"protocol":"vnc","secret":"s"}""", 32);

    [Theory(Timeout = 30_000), InlineData(16), InlineData(24), InlineData(31), InlineData(0)]
    public Task A_content_key_of_another_length_is_refused(int bytes) =>
        RefusedAsync("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"key-1"}""", """{"host":"h","port":1,"protocol":"vnc","secret":"s"}""", bytes);

    [Theory(Timeout = 30_000)]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"host":null,"port":1,"protocol":"vnc","secret":"s"}""")]
    [InlineData("""{"host":"h","port":70000,"protocol":"vnc","secret":"s"}""")]
    [InlineData("""{"host":"h","port":"1","protocol":"vnc","secret":"s"}""")]
    public Task A_target_that_leads_nowhere_is_refused(string plain) => RefusedAsync("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"key-1"}""", plain, 32);

    private static Task RefusedAsync(string header, string plain, int keyBytes)
    {
        TargetCipher.Decrypt(Encrypt(header, plain, keyBytes), Keyring.Current).ShouldBeNull();
        return Task.CompletedTask;
    }

    /// <summary>A second, careless implementation that encrypts anything.</summary>
    private static string Encrypt(string header, string plain, int keyBytes)
    {
        var key = RandomNumberGenerator.GetBytes(keyBytes);
        var protectedHeader = Keyring.Base64Url(header);
        var bytes = Encoding.UTF8.GetBytes(plain);
        var (nonce, cipher, tag) = (RandomNumberGenerator.GetBytes(12), new byte[bytes.Length], new byte[16]);
        if (keyBytes is 16 or 24 or 32)
        {
            using var aes = new AesGcm(key, 16);
            aes.Encrypt(nonce, bytes, cipher, tag, Encoding.ASCII.GetBytes(protectedHeader));
        }

        var wrapped = Keyring.Current.Rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
        return string.Join('.', protectedHeader, Keyring.Base64Url(wrapped), Keyring.Base64Url(nonce), Keyring.Base64Url(cipher), Keyring.Base64Url(tag));
    }
}
