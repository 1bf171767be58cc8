using System.Security.Cryptography;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class SecretProtectorTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_secret_comes_back_with_the_same_key_from_another_process()
    {
        using var directory = new TemporaryDirectory();
        using var first = new SecretProtector(new SecretsKeyFile(new DataPaths(directory.Path)));
        using var second = new SecretProtector(new SecretsKeyFile(new DataPaths(directory.Path)));

        second.Open(first.Protect("s3cret", "abc"), "abc").ShouldBe("s3cret");
        File.GetUnixFileMode(directory.File("keys/secrets.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_at_once_protect_and_open_secrets_and_none_is_mixed_up()
    {
        using var directory = new TemporaryDirectory();
        using var protector = new SecretProtector(new SecretsKeyFile(new DataPaths(directory.Path)));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var secret = $"{worker}-{i}";
                protector.Open(protector.Protect(secret, "abc"), "abc").ShouldBe(secret);
            }
        })));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_secret_moved_to_another_desktop_does_not_open()
    {
        using var directory = new TemporaryDirectory();
        using var protector = new SecretProtector(new SecretsKeyFile(new DataPaths(directory.Path)));
        var text = protector.Protect("s3cret", "abc");

        Should.Throw<CryptographicException>(() => protector.Open(text, "xyz"));
        Should.Throw<CryptographicException>(() => protector.Open("!!", "abc"));
        await Task.CompletedTask;
    }
}
