using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>
/// Entries as an OTLP <c>ExportLogsServiceRequest</c> in protobuf. Written by hand: the SDK's exporter does not say whether a batch arrived, and
/// the trail moves on only when it did. The numbers are those of opentelemetry/proto/logs/v1/logs.proto.
/// </summary>
internal static class OtlpLogs
{
    private const ulong Info = 9;
    private const ulong Warn = 13;

    public static byte[] Request(IReadOnlyList<AuditEntry> entries)
    {
        var resource = new Proto().Message(1, Attribute("service.name", "cloudworkstation"));
        var scope = new Proto().Text(1, "cloudworkstation.audit");
        var logs = new Proto().Message(1, scope);
        foreach (var entry in entries)
        {
            logs.Message(2, Record(entry));
        }

        return new Proto().Message(1, new Proto().Message(1, resource).Message(2, logs)).ToArray();
    }

    private static Proto Record(AuditEntry entry)
    {
        var at = (ulong)(entry.At.UtcDateTime - DateTime.UnixEpoch).Ticks * 100;
        var bad = entry.Result is AuditResults.Refused or AuditResults.Failed;
        var record = new Proto()
            .Fixed64(1, at)
            .Number(2, bad ? Warn : Info)
            .Text(3, bad ? "WARN" : "INFO")
            .Message(5, Value(JsonSerializer.Serialize(entry, Storage.Collection<AuditEntry>.Json)))
            .Message(6, Attribute("audit.id", entry.Id))
            .Message(6, Attribute("audit.action", entry.Action))
            .Message(6, Attribute("audit.target", entry.Target))
            .Message(6, Attribute("audit.result", entry.Result))
            .Message(6, Attribute("user.id", entry.ActorId))
            .Message(6, Attribute("user.name", entry.ActorName));
        if (entry.Address is { } address)
        {
            record.Message(6, Attribute("client.address", address));
        }

        return record.Fixed64(11, at).Text(12, entry.Action);
    }

    private static Proto Attribute(string name, string value) => new Proto().Text(1, name).Message(2, Value(value));

    private static Proto Value(string text) => new Proto().Text(1, text);

    /// <summary>The few kinds of fields that are needed.</summary>
    private sealed class Proto
    {
        private readonly ArrayBufferWriter<byte> bytes = new();

        public byte[] ToArray() => bytes.WrittenSpan.ToArray();

        public Proto Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

        public Proto Message(int field, Proto message) => Bytes(field, message.ToArray());

        public Proto Number(int field, ulong value)
        {
            Varint((ulong)field << 3);
            Varint(value);
            return this;
        }

        public Proto Fixed64(int field, ulong value)
        {
            Varint(((ulong)field << 3) | 1);
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
            bytes.Write(eight);
            return this;
        }

        private Proto Bytes(int field, byte[] value)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)value.Length);
            bytes.Write(value);
            return this;
        }

        private void Varint(ulong value)
        {
            for (; value > 0x7f; value >>= 7)
            {
                bytes.Write([(byte)(value | 0x80)]);
            }

            bytes.Write([(byte)value]);
        }
    }
}
