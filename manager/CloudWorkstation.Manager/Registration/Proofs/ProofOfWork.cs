using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration.Proofs;

/// <summary>Work for a browser. Of each part it seeks a number such that SHA-256 of <c>SEED.PART.NUMBER</c> begins with so many zero bits.</summary>
/// <param name="Challenge">To be sent back as it is; it is signed.</param>
/// <param name="Seed">Part of what is hashed.</param>
/// <param name="Parts">How many numbers are to be found; several, so that luck evens out.</param>
/// <param name="Bits">Zero bits of each.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record ProofChallenge(string Challenge, string Seed, int Parts, int Bits, DateTimeOffset ExpiresAt);

/// <summary>The work that was done.</summary>
public sealed record Proof
{
    public required string Challenge { get; init; }

    /// <value>One number for each part.</value>
    public required IReadOnlyList<long> Solutions { get; init; }
}

/// <summary>
/// A proof that somebody's machine has worked for a request, so that sending many is expensive: no picture puzzle, which keeps people out
/// who cannot see or hear, and no third party. Challenges are signed and not stored; a used one is stored until it expires.
/// </summary>
internal sealed class ProofOfWork
{
    private const int Parts = 16;
    private const int SeedBytes = 16;
    private const int TagBytes = 32;
    private const int PayloadBytes = SeedBytes + 8 + 1;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly Problem Refused = new(ProblemKind.Invalid, "proof_refused", "The proof of work is missing, has expired or was used before. Try again.");

    private readonly Lazy<byte[]> key;
    private readonly ProofRates rates;
    private readonly TimeProvider time;
    private readonly Collection<SpentProof> spent;

    public ProofOfWork(IDocumentStore store, ISecretsKey source, ProofRates rates, TimeProvider time)
    {
        (this.rates, this.time) = (rates, time);
        spent = new Collection<SpentProof>(store, Definition, p => p.Id);
        key = new Lazy<byte[]>(() => Derive(source.LoadAsync(CancellationToken.None).GetAwaiter().GetResult()), LazyThreadSafetyMode.PublicationOnly);
    }

    public static CollectionDefinition Definition { get; } = new("proofs");

    /// <summary>The more an address has asked for of late, the harder.</summary>
    public ProofChallenge New(string? address)
    {
        var payload = new byte[PayloadBytes + TagBytes];
        var expires = time.GetUtcNow() + Lifetime;
        var bits = rates.NextBits(address);
        RandomNumberGenerator.Fill(payload.AsSpan(0, SeedBytes));
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(SeedBytes), expires.ToUnixTimeMilliseconds());
        payload[SeedBytes + 8] = (byte)bits;
        HMACSHA256.HashData(key.Value, payload.AsSpan(0, PayloadBytes), payload.AsSpan(PayloadBytes));
        return new ProofChallenge(Base64Url.EncodeToString(payload), Base64Url.EncodeToString(payload.AsSpan(0, SeedBytes)), Parts, bits, expires);
    }

    /// <summary>The write that spends the proof, for the commit of what it is for: when that fails at this write, it was spent before.</summary>
    public Outcome<DocumentWrite> Check(Proof? proof)
    {
        if (proof is not { Challenge.Length: < 256, Solutions.Count: Parts } || Open(proof.Challenge) is not { } opened)
        {
            return Refused;
        }

        var (seed, expires, bits) = opened;
        return expires > time.GetUtcNow() && proof.Solutions.Select((number, part) => IsSolved(seed, part, number, bits)).All(solved => solved)
            ? spent.Add(new SpentProof(seed), expires)
            : Refused;
    }

    public static Problem Spent => Refused;

    private (string Seed, DateTimeOffset Expires, int Bits)? Open(string challenge)
    {
        if (!Base64Url.IsValid(challenge, out var length) || length != PayloadBytes + TagBytes)
        {
            return null;
        }

        var payload = Base64Url.DecodeFromChars(challenge);
        var tag = HMACSHA256.HashData(key.Value, payload.AsSpan(0, PayloadBytes));
        return CryptographicOperations.FixedTimeEquals(tag, payload.AsSpan(PayloadBytes))
            ? (Base64Url.EncodeToString(payload.AsSpan(0, SeedBytes)), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(SeedBytes))), payload[SeedBytes + 8])
            : null;
    }

    internal static bool IsSolved(string seed, int part, long number, int bits)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}.{part}.{number}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(text), hash);
        return number >= 0 && BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash)) >= bits;
    }

    private static byte[] Derive(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, TagBytes, info: "cloudworkstation/proof-of-work"u8.ToArray());

    private sealed record SpentProof(string Id);
}
