using System.Formats.Asn1;
using System.Text;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>Which page of a search is wanted (RFC 2696); an empty cookie is the first.</summary>
internal sealed record LdapPage(int Size, byte[] Cookie);

/// <summary>One message of RFC 4511, section 4.1.1. What a server sends is read strictly and has a largest size.</summary>
internal sealed class LdapMessage
{
    private const int Largest = 8 << 20;
    private const string Paging = "1.2.840.113556.1.4.319";
    private const int Entry = 4;
    private const int Reference = 19;
    private const int Intermediate = 25;

    private static readonly Asn1Tag Controls = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly ReadOnlyMemory<byte> operation;
    private readonly int kind;

    private LdapMessage(int id, int kind, ReadOnlyMemory<byte> operation, byte[] cookie)
    {
        Id = id;
        this.kind = kind;
        this.operation = operation;
        Cookie = cookie;
    }

    public int Id { get; }

    /// <value>Where a search goes on; empty when it is over.</value>
    public byte[] Cookie { get; }

    /// <value>The last one of an answer.</value>
    public bool IsResult => kind is not (Entry or Reference or Intermediate);

    public static Asn1Tag Application(int number) => new(TagClass.Application, number, isConstructed: true);

    public static byte[] Encode(int id, Action<AsnWriter> request, LdapPage? page)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            request(writer);
            if (page is not null)
            {
                Write(writer, page);
            }
        }

        return writer.Encode();
    }

    /// <exception cref="AsnContentException">It is no message.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public static async Task<LdapMessage> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var more = head[1] < 0x80 ? 0 : head[1] - 0x80;
        if (head[0] != 0x30 || more > 4 || head[1] == 0x80)
        {
            throw new AsnContentException("it does not begin as a message does");
        }

        var length = (long)head[1];
        var size = new byte[more];
        await stream.ReadExactlyAsync(size, cancellationToken);
        if (more > 0)
        {
            length = size.Aggregate(0L, (sum, one) => (sum << 8) | one);
        }

        if (length > Largest)
        {
            throw new AsnContentException($"a message of {length} bytes; {Largest} is the most");
        }

        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return Parse(content);
    }

    /// <param name="content">What is inside of the outer sequence.</param>
    internal static LdapMessage Parse(ReadOnlyMemory<byte> content)
    {
        var reader = new AsnReader(content, AsnEncodingRules.BER);
        if (!reader.TryReadInt32(out var id) || reader.PeekTag() is not { TagClass: TagClass.Application } tag)
        {
            throw new AsnContentException("a message without a number or an operation");
        }

        var asked = reader.ReadEncodedValue();
        var cookie = reader.HasData && reader.PeekTag().HasSameClassAndValue(Controls) ? ReadCookie(reader.ReadSequence(Controls)) : [];
        return new LdapMessage(id, tag.TagValue, asked, cookie);
    }

    /// <summary>How it ended.</summary>
    public LdapResult ReadResult()
    {
        var reader = Open();
        var code = reader.ReadEnumeratedBytes().ToArray().Aggregate(0, (sum, one) => (sum << 8) | one);
        reader.ReadOctetString();
        return new LdapResult((LdapCode)code, Text(reader.ReadOctetString()));
    }

    /// <summary>Null for a hint at another server, which nobody follows.</summary>
    public LdapEntry? ReadEntry()
    {
        if (kind != Entry)
        {
            return null;
        }

        var reader = Open();
        var dn = Text(reader.ReadOctetString());
        var attributes = new Dictionary<string, IReadOnlyList<byte[]>>(StringComparer.OrdinalIgnoreCase);
        var list = reader.ReadSequence();
        while (list.HasData)
        {
            var one = list.ReadSequence();
            var name = LdapEntry.NameOf(Text(one.ReadOctetString()));
            var set = one.ReadSetOf();
            var values = attributes.TryGetValue(name, out var before) ? before.ToList() : [];
            while (set.HasData)
            {
                values.Add(set.ReadOctetString());
            }

            attributes[name] = values;
        }

        return new LdapEntry(dn, attributes);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static void Write(AsnWriter writer, LdapPage page)
    {
        var value = new AsnWriter(AsnEncodingRules.BER);
        using (value.PushSequence())
        {
            value.WriteInteger(page.Size);
            value.WriteOctetString(page.Cookie);
        }

        using (writer.PushSequence(Controls))
        using (writer.PushSequence())
        {
            // Not critical: a server that knows no pages gives what its limit allows.
            writer.WriteOctetString(Encoding.ASCII.GetBytes(Paging));
            writer.WriteOctetString(value.Encode());
        }
    }

    private static byte[] ReadCookie(AsnReader controls)
    {
        while (controls.HasData)
        {
            var control = controls.ReadSequence();
            var name = Text(control.ReadOctetString());
            if (control.HasData && control.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
            {
                control.ReadBoolean();
            }

            if (name == Paging && control.HasData)
            {
                var value = new AsnReader(control.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
                value.ReadInteger();
                return value.ReadOctetString();
            }
        }

        return [];
    }

    private AsnReader Open() => new AsnReader(operation, AsnEncodingRules.BER).ReadSequence(Application(kind));
}
