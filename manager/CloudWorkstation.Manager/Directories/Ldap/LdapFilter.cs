using System.Formats.Asn1;
using System.Text;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>
/// A search filter as a tree. What somebody typed is put into the tree as the value that it is, never into a text that is read again afterwards,
/// so that no name can change what is asked (RFC 4511 section 4.5.1.7). <see cref="ToString"/> gives RFC 4515's text.
/// </summary>
internal abstract record LdapFilter
{
    /// <exception cref="FormatException">Where and why it is none.</exception>
    public static LdapFilter Parse(string text, params (string Name, LdapValue Value)[] values) => new LdapFilterParser(text, values).Parse();

    public static LdapFilter Equal(string attribute, byte[] value) => new Comparison(3, attribute, value);

    public static LdapFilter All(params LdapFilter[] filters) => new Set(0, filters);

    public abstract void Write(AsnWriter writer);

    /// <summary>The comparisons with a whole value anywhere in the tree that are not turned round.</summary>
    public IEnumerable<Comparison> Comparisons() => this switch
    {
        Comparison { Tag: 3 } one => [one],
        Set set => set.Filters.SelectMany(f => f.Comparisons()),
        _ => [],
    };

    /// <summary>RFC 4515 section 3: what has a meaning in a filter (or in ours), and what is no text, as its bytes in hexadecimal.</summary>
    public static string Escape(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var one in value)
        {
            if (one is < 0x20 or >= 0x7f || one is (byte)'(' or (byte)')' or (byte)'*' or (byte)'\\' or (byte)'{')
            {
                text.Append('\\').Append(Convert.ToHexStringLower([one]));
            }
            else
            {
                text.Append((char)one);
            }
        }

        return text.ToString();
    }

    private static Asn1Tag Context(int number, bool constructed) => new(TagClass.ContextSpecific, number, constructed);

    /// <param name="Tag">0: and, 1: or.</param>
    internal sealed record Set(int Tag, IReadOnlyList<LdapFilter> Filters) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using (writer.PushSetOf(Context(Tag, constructed: true)))
            {
                foreach (var filter in Filters)
                {
                    filter.Write(writer);
                }
            }
        }

        public override string ToString() => $"({(Tag == 0 ? '&' : '|')}{string.Concat(Filters)})";
    }

    internal sealed record Not(LdapFilter Filter) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using (writer.PushSequence(Context(2, constructed: true)))
            {
                Filter.Write(writer);
            }
        }

        public override string ToString() => $"(!{Filter})";
    }

    /// <param name="Tag">3: equal, 5: at least, 6: at most, 8: about.</param>
    internal sealed record Comparison(int Tag, string Attribute, byte[] Value) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using (writer.PushSequence(Context(Tag, constructed: true)))
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute));
                writer.WriteOctetString(Value);
            }
        }

        public override string ToString() => $"({Attribute}{(Tag switch { 5 => ">=", 6 => "<=", 8 => "~=", _ => "=" })}{Escape(Value)})";
    }

    internal sealed record Present(string Attribute) : LdapFilter
    {
        public override void Write(AsnWriter writer) => writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute), Context(7, constructed: false));

        public override string ToString() => $"({Attribute}=*)";
    }

    /// <param name="Parts">What stands between the stars; empty ones only at the ends.</param>
    internal sealed record Substrings(string Attribute, IReadOnlyList<byte[]> Parts) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using (writer.PushSequence(Context(4, constructed: true)))
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute));
                using (writer.PushSequence())
                {
                    for (var i = 0; i < Parts.Count; i++)
                    {
                        if (Parts[i].Length > 0)
                        {
                            writer.WriteOctetString(Parts[i], Context(i == 0 ? 0 : i == Parts.Count - 1 ? 2 : 1, constructed: false));
                        }
                    }
                }
            }
        }

        public override string ToString() => $"({Attribute}={string.Join('*', Parts.Select(p => Escape(p)))})";
    }

    internal sealed record Extensible(string? Attribute, bool WithDn, string? Rule, byte[] Value) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using (writer.PushSequence(Context(9, constructed: true)))
            {
                if (Rule is not null)
                {
                    writer.WriteOctetString(Encoding.UTF8.GetBytes(Rule), Context(1, constructed: false));
                }

                if (Attribute is not null)
                {
                    writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute), Context(2, constructed: false));
                }

                writer.WriteOctetString(Value, Context(3, constructed: false));
                if (WithDn)
                {
                    writer.WriteBoolean(value: true, Context(4, constructed: false));
                }
            }
        }

        public override string ToString() => $"({Attribute}{(WithDn ? ":dn" : "")}{(Rule is null ? "" : ":" + Rule)}:={Escape(Value)})";
    }
}

/// <summary>What stands for a name in braces: a value, or anything at all.</summary>
internal readonly record struct LdapValue(byte[]? Value)
{
    /// <value>A comparison with it asks only whether there is one.</value>
    public static LdapValue Anything => default;

    public static implicit operator LdapValue(string text) => new(Encoding.UTF8.GetBytes(text));
}
