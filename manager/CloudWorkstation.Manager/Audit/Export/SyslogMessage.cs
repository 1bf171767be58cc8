using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>An entry as RFC 5424 writes it: who, what and how it went as structured data, the whole entry as JSON behind it.</summary>
internal static class SyslogMessage
{
    /// <summary>Facility "log audit" (13); refused and failed are warnings, everything else is a notice.</summary>
    private const int Facility = 13;
    private const int Warning = 4;
    private const int Notice = 5;

    /// <summary>The number that RFC 5612 keeps for documents: the product has none of its own.</summary>
    private const string Id = "audit@32473";
    private const int LongestMessageId = 32;

    public static byte[] Of(AuditEntry entry, string host)
    {
        var severity = entry.Result is AuditResults.Refused or AuditResults.Failed ? Warning : Notice;
        var data = new StringBuilder().Append('[').Append(Id);
        foreach (var (name, value) in Members(entry))
        {
            data.Append(CultureInfo.InvariantCulture, $" {name}=\"{Escape(value)}\"");
        }

        var header = string.Create(CultureInfo.InvariantCulture, $"<{(Facility * 8) + severity}>1 {entry.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(host)} cloudworkstation {Environment.ProcessId} {entry.Action[..Math.Min(entry.Action.Length, LongestMessageId)]} {data}] ");
        return [.. Encoding.UTF8.GetBytes(header), 0xEF, 0xBB, 0xBF, .. JsonSerializer.SerializeToUtf8Bytes(entry, Storage.Collection<AuditEntry>.Json)];
    }

    /// <summary>RFC 6587, 3.4.1: the length before each message, so that one may hold line ends.</summary>
    public static byte[] Framed(byte[] message) => [.. Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture) + " "), .. message];

    private static IEnumerable<(string Name, string Value)> Members(AuditEntry entry)
    {
        (string, string?)[] all =
        [
            ("id", entry.Id), ("actorId", entry.ActorId), ("actor", entry.ActorName), ("action", entry.Action), ("target", entry.Target),
            ("result", entry.Result), ("address", entry.Address), ("requestId", entry.RequestId),
        ];
        return all.Where(m => m.Item2 is not null).Select(m => (m.Item1, m.Item2!));
    }

    /// <summary>RFC 5424, 6.3.3.</summary>
    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string Name(string host)
    {
        var plain = string.Concat(host.Where(c => c is > ' ' and < (char)127).Take(255));
        return plain.Length == 0 ? "-" : plain;
    }
}
