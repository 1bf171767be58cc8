using System.Security.Cryptography;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>What a password's hash costs by itself: the bound that no sign-in can beat.</summary>
internal static class PasswordHashes
{
    private const int SubkeyBytes = 32;

    /// <summary>Hashes as fast as so many threads make them.</summary>
    public static Task<Rate> MeasureAsync(int threads, int iterations, TimeSpan time) => Rate.MeasureAsync(threads, time, _ =>
    {
        Rfc2898DeriveBytes.Pbkdf2("a passphrase for benchmarks", RandomNumberGenerator.GetBytes(16), iterations, HashAlgorithmName.SHA512, SubkeyBytes);
        return Task.CompletedTask;
    });
}
