namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>Reads protobuf without knowing what it means: the fields of a message by number.</summary>
internal static class ProtoReader
{
    public static Dictionary<int, List<byte[]>> Fields(byte[] message)
    {
        Dictionary<int, List<byte[]>> fields = [];
        for (var i = 0; i < message.Length;)
        {
            var key = Varint(message, ref i);
            var length = (key & 7) switch { 1 => 8UL, 2 => Varint(message, ref i), 0 => 0UL, var kind => throw new InvalidDataException($"Kind {kind}.") };
            var start = i;
            if ((key & 7) == 0)
            {
                Varint(message, ref i);
                length = (ulong)(i - start);
                i = start;
            }

            fields.TryAdd((int)(key >> 3), []);
            fields[(int)(key >> 3)].Add(message[i..(i + (int)length)]);
            i += (int)length;
        }

        return fields;
    }

    public static byte[] ShouldSatisfyAndReturn(this Dictionary<int, List<byte[]>> fields, int field)
    {
        fields.ShouldContainKey(field);
        return fields[field].Single();
    }

    private static ulong Varint(byte[] message, ref int i)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(message[i] & 0x7f) << shift;
            if (message[i++] < 0x80)
            {
                return value;
            }
        }
    }
}
