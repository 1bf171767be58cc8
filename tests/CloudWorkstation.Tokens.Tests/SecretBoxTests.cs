using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Tokens.Tests;

public sealed class SecretBoxTests
{
    private const int Limit = 30_000;
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("a private key");

    [Fact(Timeout = Limit)]
    public async Task What_was_sealed_opens_under_the_same_secret_purpose_and_name()
    {
        await Task.Yield();

        SecretBox.Open(Secret, "p", "n", SecretBox.Seal(Secret, "p", "n", Content)).ShouldBe(Content);
        SecretBox.Open(Secret, "p", "n", SecretBox.Seal(Secret, "p", "n", [])).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task It_opens_under_nothing_else()
    {
        await Task.Yield();
        var box = SecretBox.Seal(Secret, "p", "n", Content);

        Should.Throw<CryptographicException>(() => SecretBox.Open([.. Secret.Reverse()], "p", "n", box));
        Should.Throw<CryptographicException>(() => SecretBox.Open(Secret, "q", "n", box));
        Should.Throw<CryptographicException>(() => SecretBox.Open(Secret, "p", "m", box));
    }

    [Fact(Timeout = Limit)]
    public async Task A_box_that_was_changed_at_any_place_or_cut_does_not_open()
    {
        await Task.Yield();
        var box = SecretBox.Seal(Secret, "p", "n", Content);

        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => SecretBox.Open(Secret, "p", "n", changed));
            Should.Throw<CryptographicException>(() => SecretBox.Open(Secret, "p", "n", box.AsSpan(0, i)));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_content_is_never_sealed_twice_the_same_way()
    {
        await Task.Yield();

        SecretBox.Seal(Secret, "p", "n", Content).ShouldNotBe(SecretBox.Seal(Secret, "p", "n", Content));
    }
}
