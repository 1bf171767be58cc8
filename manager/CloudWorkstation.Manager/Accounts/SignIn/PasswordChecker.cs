using System.Buffers.Binary;
using System.Security.Cryptography;
using CloudWorkstation.Manager.Accounts.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.SignIn;

/// <summary>Compares passwords with hashes, doing the same work whether or not there is an account.</summary>
internal sealed class PasswordChecker(IPasswordHasher<AccountRecord> hasher, IOptions<AccountOptions> options) : IDisposable
{
    private static readonly AccountRecord Nobody = new() { Id = "nobody", UserName = "nobody" };

    private readonly string nobodysHash = RandomHash(options.Value.PasswordIterations);

    /// <summary>Hashing takes a core for a tenth of a second: a flood of sign-ins must leave some for everything else.</summary>
    private readonly SemaphoreSlim gate = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>True when right. A hash made with fewer iterations than today's is renewed in the record, for the next save.</summary>
    public async Task<bool> VerifyAsync(AccountRecord? account, string password, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return Verify(account, password.Length <= PasswordPolicy.MaximumLength ? password : "");
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A hash to store, made behind the same gate.</summary>
    public async Task<string> HashAsync(AccountRecord account, string password, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return hasher.HashPassword(account, password);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private bool Verify(AccountRecord? account, string password)
    {
        if (account?.PasswordHash is not { } hash)
        {
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            return false;
        }

        var result = hasher.VerifyHashedPassword(account, hash, password);
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = hasher.HashPassword(account, password);
        }

        return result != PasswordVerificationResult.Failed;
    }

    /// <summary>A well-formed hash (Identity's format 3: HMAC-SHA512) of no password at all.</summary>
    private static string RandomHash(int iterations)
    {
        const int SaltLength = 16;
        const int SubkeyLength = 32;
        const int HmacSha512 = 2;
        var bytes = new byte[13 + SaltLength + SubkeyLength];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), HmacSha512);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), iterations);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), SaltLength);
        RandomNumberGenerator.Fill(bytes.AsSpan(13));
        return Convert.ToBase64String(bytes);
    }
}
