using System.Globalization;
using System.Text;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>Names of entries as text (RFC 4514).</summary>
internal static class DistinguishedName
{
    /// <summary>A value that can stand in a name, whatever it is.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsControl(c))
            {
                foreach (var one in Encoding.UTF8.GetBytes([c]))
                {
                    text.Append('\\').Append(Convert.ToHexStringLower([one]));
                }
            }
            else
            {
                var special = c is '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' || (c == '#' && i == 0) || (c == ' ' && (i == 0 || i == value.Length - 1));
                text.Append(special ? "\\" : "").Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary>The value of the name's first part: of <c>cn=Staff,ou=groups,…</c> it is <c>Staff</c>. Null where the name has none.</summary>
    public static string? FirstValue(string dn)
    {
        var begin = dn.IndexOf('=', StringComparison.Ordinal) + 1;
        if (begin == 0)
        {
            return null;
        }

        using var value = new MemoryStream();
        var last = 0L;
        var at = begin;
        while (at < dn.Length && dn[at] == ' ')
        {
            at++;
        }

        for (; at < dn.Length && dn[at] is not (',' or '+' or ';'); at++)
        {
            if (dn[at] == '\\' && at + 1 < dn.Length)
            {
                at++;
                if (at + 1 < dn.Length && byte.TryParse(dn.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
                {
                    value.WriteByte(one);
                    at++;
                }
                else
                {
                    at += Append(value, dn, at);
                }

                last = value.Length;
                continue;
            }

            var space = dn[at] == ' ';
            at += Append(value, dn, at);
            last = space ? last : value.Length;
        }

        return last == 0 ? null : Encoding.UTF8.GetString(value.GetBuffer(), 0, (int)last);
    }

    /// <summary>Whether the text has the form of a name; the directory alone knows whether there is such an entry.</summary>
    public static bool IsOne(string text) => text.Length > 0 && Parts(text).All(p => p.IndexOf('=', StringComparison.Ordinal) > 0) && !text.Any(char.IsControl);

    /// <summary>The domain that the name's dc parts spell, lower-case; empty without any.</summary>
    public static string Domain(string dn) =>
        string.Join('.', Parts(dn).Select(p => p.Trim()).Where(p => p.StartsWith("dc=", StringComparison.OrdinalIgnoreCase)).Select(p => p[3..].ToLowerInvariant()));

    private static IEnumerable<string> Parts(string dn)
    {
        var begin = 0;
        for (var at = 0; begin <= dn.Length; at++)
        {
            if (at >= dn.Length || dn[at] == ',')
            {
                yield return dn[begin..Math.Min(at, dn.Length)];
                begin = at + 1;
            }
            else if (dn[at] == '\\')
            {
                at++;
            }
        }
    }

    /// <summary>How many characters more than one were written.</summary>
    private static int Append(MemoryStream value, string text, int at)
    {
        var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        value.Write(Encoding.UTF8.GetBytes(text, at, length));
        return length - 1;
    }
}
