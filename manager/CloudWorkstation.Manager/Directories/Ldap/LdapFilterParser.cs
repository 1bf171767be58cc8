using System.Globalization;
using System.Text;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>Reads RFC 4515's text, with names in braces where values will be: <c>(uid={user})</c>. Stricter than the RFC where it is vague.</summary>
internal sealed class LdapFilterParser(string text, IReadOnlyList<(string Name, LdapValue Value)> values)
{
    private const int Deepest = 20;

    private int at;

    public LdapFilter Parse()
    {
        var filter = Filter(0);
        return at == text.Length ? filter : throw Wrong("nothing more");
    }

    private LdapFilter Filter(int depth)
    {
        if (depth > Deepest)
        {
            throw new FormatException($"a filter is at most {Deepest} deep");
        }

        Take('(');
        LdapFilter filter = Peek() switch
        {
            '&' => new LdapFilter.Set(0, Several(depth)),
            '|' => new LdapFilter.Set(1, Several(depth)),
            '!' => Negation(depth),
            _ => Item(),
        };
        Take(')');
        return filter;
    }

    private List<LdapFilter> Several(int depth)
    {
        at++;
        var all = new List<LdapFilter>();
        while (Peek() == '(')
        {
            all.Add(Filter(depth + 1));
        }

        return all.Count > 0 ? all : throw Wrong("a filter in parentheses");
    }

    private LdapFilter.Not Negation(int depth)
    {
        at++;
        return new LdapFilter.Not(Filter(depth + 1));
    }

    private LdapFilter Item()
    {
        var attribute = Description();
        if (Peek() == ':')
        {
            return Extensible(attribute);
        }

        if (attribute.Length == 0)
        {
            throw Wrong("the name of an attribute");
        }

        var tag = Peek() switch { '>' => 5, '<' => 6, '~' => 8, _ => 3 };
        at += tag == 3 ? 0 : 1;
        Take('=');
        var (parts, anything) = Value();
        return anything || (tag == 3 && parts is [[], []]) ? new LdapFilter.Present(attribute)
            : parts.Count == 1 ? new LdapFilter.Comparison(tag, attribute, parts[0])
            : tag == 3 && parts.Skip(1).SkipLast(1).All(p => p.Length > 0) ? new LdapFilter.Substrings(attribute, parts)
            : throw Wrong("a value without stars");
    }

    private LdapFilter Extensible(string attribute)
    {
        var withDn = false;
        string? rule = null;
        at++;
        if (text.AsSpan(at).StartsWith("dn:", StringComparison.OrdinalIgnoreCase))
        {
            withDn = true;
            at += 3;
        }

        if (Peek() != '=')
        {
            rule = Description();
            Take(':');
        }

        Take('=');
        var (parts, anything) = Value();
        return anything && attribute.Length > 0 ? new LdapFilter.Present(attribute)
            : parts.Count == 1 && (attribute.Length > 0 || rule is not null) ? new LdapFilter.Extensible(attribute.Length > 0 ? attribute : null, withDn, rule, parts[0])
            : throw Wrong("an attribute or a rule, and a value without stars");
    }

    private string Description()
    {
        var begin = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or ';' or '.'))
        {
            at++;
        }

        return text[begin..at];
    }

    /// <summary>What stands between stars, and whether a name for anything at all is in it.</summary>
    private (List<byte[]> Parts, bool Anything) Value()
    {
        var parts = new List<byte[]>();
        var part = new MemoryStream();
        var anything = false;
        for (; Peek() != ')'; at++)
        {
            switch (text[at])
            {
                case '*':
                    parts.Add(part.ToArray());
                    part = new MemoryStream();
                    break;
                case '\\':
                    part.WriteByte(Hexadecimal());
                    break;
                case '{':
                    var value = Named();
                    anything |= value.Value is null;
                    part.Write(value.Value ?? []);
                    break;
                case '(' or '\0':
                    throw Wrong("a value in which ( ) * \\ are written as \\28 \\29 \\2a \\5c");
                default:
                    Literal(part);
                    break;
            }
        }

        parts.Add(part.ToArray());
        return (parts, anything);
    }

    private byte Hexadecimal()
    {
        if (at + 2 >= text.Length || !byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            throw Wrong("two hexadecimal digits after \\");
        }

        at += 2;
        return value;
    }

    /// <summary>Leaves the position at the closing brace.</summary>
    private LdapValue Named()
    {
        var end = text.IndexOf('}', at);
        var name = end < 0 ? "" : text[(at + 1)..end];
        foreach (var (known, value) in values)
        {
            if (known == name)
            {
                at = end;
                return value;
            }
        }

        throw Wrong(string.Join(" or ", values.Select(v => $"{{{v.Name}}}")) + " as the only names in braces (write \\7b for a brace)");
    }

    private void Literal(MemoryStream part)
    {
        var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        part.Write(Encoding.UTF8.GetBytes(text, at, length));
        at += length - 1;
    }

    private char Peek() => at < text.Length ? text[at] : throw Wrong("a closing parenthesis");

    private void Take(char expected)
    {
        if (at >= text.Length || text[at] != expected)
        {
            throw Wrong($"'{expected}'");
        }

        at++;
    }

    private FormatException Wrong(string expected) => new($"at character {Math.Min(at, text.Length) + 1}: expected {expected}");
}
