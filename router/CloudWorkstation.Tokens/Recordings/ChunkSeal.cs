using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Tokens.Recordings;

/// <summary>What stands in the clear in front of a chunk.</summary>
/// <param name="Number">The chunk's place in its recording, from 0.</param>
/// <param name="From">Milliseconds from the recording's beginning to the chunk's first record.</param>
/// <param name="To">And to its last.</param>
/// <param name="Length">Bytes of the records.</param>
/// <param name="IsCompressed">Whether the records were deflated before they were encrypted.</param>
public readonly record struct ChunkHead(uint Number, uint From, uint To, int Length, bool IsCompressed);

/// <summary>
/// The envelope of a recording's chunks, on the wire and at rest: a head of 24 bytes, then AES-256-GCM (NIST SP 800-38D) of the records. The
/// nonce is the chunk's number, which a key sees once; the recording's id and the head are authenticated with it, so that no chunk can take
/// another's place. docs/recordings.md has the layout.
/// </summary>
public static class ChunkSeal
{
    public const int HeadBytes = 24;
    public const int KeyBytes = 32;

    /// <summary>The records of one chunk, at most.</summary>
    public const int MaximumContent = 256 * 1024;

    /// <summary>A whole chunk, at most.</summary>
    public const int MaximumBytes = HeadBytes + MaximumContent + TagBytes;

    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const byte Version = 1;
    private const byte Compressed = 1;
    private static ReadOnlySpan<byte> Magic => "CWRC"u8;

    /// <summary>Encrypts <paramref name="content"/> as chunk <paramref name="head"/>.Number.</summary>
    /// <returns>How much of <paramref name="target"/> the chunk takes.</returns>
    public static int Seal(AesGcm key, string recording, ChunkHead head, ReadOnlySpan<byte> content, Span<byte> target)
    {
        WriteHead(target, head);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> bound = stackalloc byte[Bound(recording)];
        Bind(recording, head.Number, target[..HeadBytes], nonce, bound);
        key.Encrypt(nonce, content, target.Slice(HeadBytes, content.Length), target.Slice(HeadBytes + content.Length, TagBytes), bound);
        return HeadBytes + content.Length + TagBytes;
    }

    /// <summary>The head of a chunk, or null for what is none.</summary>
    public static ChunkHead? ReadHead(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < HeadBytes || !chunk.StartsWith(Magic) || chunk[4] != Version || (chunk[5] & ~Compressed) != 0 || chunk[6] != 0 || chunk[7] != 0)
        {
            return null;
        }

        var head = new ChunkHead(
            BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(chunk[16..]),
            BinaryPrimitives.ReadInt32BigEndian(chunk[20..]),
            (chunk[5] & Compressed) != 0);
        return head.From <= head.To && head.Length is >= 0 and <= MaximumContent ? head : null;
    }

    /// <summary>Decrypts a whole chunk.</summary>
    /// <exception cref="CryptographicException">Another key, recording or number, or changed since.</exception>
    public static byte[] Open(AesGcm key, string recording, uint number, ReadOnlySpan<byte> chunk)
    {
        if (ReadHead(chunk) is not { } head || head.Number != number || chunk.Length < HeadBytes + TagBytes || chunk.Length > MaximumBytes)
        {
            throw new CryptographicException($"What should be chunk {number} of the recording {recording} is none.");
        }

        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> bound = stackalloc byte[Bound(recording)];
        Bind(recording, number, chunk[..HeadBytes], nonce, bound);
        var content = new byte[chunk.Length - HeadBytes - TagBytes];
        key.Decrypt(nonce, chunk.Slice(HeadBytes, content.Length), chunk[^TagBytes..], content, bound);
        return head.IsCompressed ? Inflate(content, head.Length) : content;
    }

    private static byte[] Inflate(byte[] content, int length)
    {
        var records = new byte[length];
        using var deflated = new DeflateStream(new MemoryStream(content), CompressionMode.Decompress);
        deflated.ReadExactly(records);
        return records;
    }

    private static void WriteHead(Span<byte> target, ChunkHead head)
    {
        Magic.CopyTo(target);
        target[4] = Version;
        target[5] = head.IsCompressed ? Compressed : (byte)0;
        target[6] = target[7] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], head.Number);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], head.From);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], head.To);
        BinaryPrimitives.WriteInt32BigEndian(target[20..], head.Length);
    }

    private static int Bound(string recording) => Encoding.ASCII.GetByteCount(recording) + HeadBytes;

    private static void Bind(string recording, uint number, ReadOnlySpan<byte> head, Span<byte> nonce, Span<byte> bound)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], number);
        head.CopyTo(bound[Encoding.ASCII.GetBytes(recording, bound)..]);
    }
}
