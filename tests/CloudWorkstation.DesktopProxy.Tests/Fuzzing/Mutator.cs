namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>Spoils a recorded stream in one to four places. The same seed spoils it the same way.</summary>
public static class Mutator
{
    // Values that lengths, counts and terminators stumble over.
    private static readonly byte[][] Nasty =
    [
        [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 0, 0, 0], [0xFF, 0xFF], [0xC3], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80],
        [.. "99999999999.x"u8], [.. "0.;"u8], [.. "-1."u8], [.. ";"u8], [.. ","u8], [.. "."u8], [.. "5.a"u8], [.. "4.sync,1.x;"u8],
    ];

    public static byte[] Spoil(byte[] stream, int seed)
    {
        // Only has to be the same again.
#pragma warning disable CA5394
        var random = new Random(seed);
        var bytes = new List<byte>(stream);
        for (var times = random.Next(1, 5); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.InsertRange(at, Nasty[random.Next(Nasty.Length)]);
                    break;
                case 3:
                    Overwrite(bytes, at, Nasty[random.Next(Nasty.Length)]);
                    break;
                case 4:
                    bytes.RemoveRange(at, length);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
#pragma warning restore CA5394

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }
}
