using System.Security.Cryptography;

namespace CloudWorkstation.Tokens.Tests;

public sealed class RsaKeyTests
{
    [Fact(Timeout = 30_000)]
    public Task Short_keys_are_refused()
    {
        using var rsa = RSA.Create(1024);

        Should.Throw<CryptographicException>(() => new RsaKey("short", rsa)).Message.ShouldContain("2048");
        Should.Throw<CryptographicException>(() => RsaKey.FromPem("short", rsa.ExportSubjectPublicKeyInfoPem()));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_public_half_holds_no_private_key()
    {
        var pem = Keyring.Current.PublicPem();

        pem.ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        pem.ShouldNotContain("PRIVATE");
        using var key = RsaKey.FromPem("key-1", pem);
        Should.Throw<CryptographicException>(() => Keyring.Session().Sign(key));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_key_survives_its_pem()
    {
        using var copy = RsaKey.FromPem("key-1", Keyring.Current.Rsa.ExportPkcs8PrivateKeyPem());

        Keyring.Verify(Keyring.Session().Sign(copy)).ShouldBe(TokenFailure.None);
        return Task.CompletedTask;
    }
}
