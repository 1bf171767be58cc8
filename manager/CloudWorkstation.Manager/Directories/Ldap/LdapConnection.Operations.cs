using System.Formats.Asn1;
using System.Text;

namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>What can be asked: RFC 4511's operations that the product needs, and no others.</summary>
internal sealed partial class LdapConnection
{
    /// <summary>Entries of one page of a search; servers commonly allow 500 or 1000.</summary>
    private const int PageSize = 500;
    private const string PasswordModify = "1.3.6.1.4.1.4203.1.11.1";

    private static readonly Asn1Tag Simple = new(TagClass.ContextSpecific, 0);

    /// <summary>Proves who asks. An empty password would be taken for "nobody in particular" and succeed (RFC 4513 section 5.1.2), so it is refused here.</summary>
    public async Task<LdapResult> BindAsync(string dn, string password, CancellationToken cancellationToken)
    {
        if (dn.Length == 0 || password.Length == 0)
        {
            return new LdapResult(LdapCode.InvalidCredentials, "A name and a password are needed.");
        }

        return await ResultAsync(
            writer =>
            {
                using (writer.PushSequence(LdapMessage.Application(0)))
                {
                    writer.WriteInteger(3);
                    Text(writer, dn);
                    writer.WriteOctetString(Encoding.UTF8.GetBytes(password), Simple);
                }
            },
            cancellationToken);
    }

    /// <summary>At most <paramref name="limit"/> entries, fetched in pages. Referrals to other servers are not followed, and aliases not either.</summary>
    public async Task<IReadOnlyList<LdapEntry>> SearchAsync(
        string baseDn, LdapFilter filter, IReadOnlyList<string> attributes, int limit, CancellationToken cancellationToken, bool baseOnly = false)
    {
        var found = new List<LdapEntry>();
        byte[] cookie = [];
        do
        {
            var page = new LdapPage(Math.Min(PageSize, limit), cookie);
            var last = await AskAsync(writer => Search(writer, baseDn, filter, attributes, baseOnly), m => Add(found, m.ReadEntry(), limit), page, cancellationToken);
            var result = last.ReadResult();
            if (result.Code == LdapCode.SizeLimitExceeded && found.Count > 0)
            {
                break;
            }

            result.Must($"Searching below '{baseDn}' for {filter}");
            cookie = last.Cookie;
        }
        while (cookie.Length > 0 && found.Count < limit);

        return found;
    }

    public Task<LdapResult> AddAsync(string dn, IReadOnlyList<(string Name, byte[][] Values)> attributes, CancellationToken cancellationToken) => ResultAsync(
        writer =>
        {
            using (writer.PushSequence(LdapMessage.Application(8)))
            {
                Text(writer, dn);
                using (writer.PushSequence())
                {
                    foreach (var (name, values) in attributes)
                    {
                        Attribute(writer, name, values);
                    }
                }
            }
        },
        cancellationToken);

    public Task<LdapResult> DeleteAsync(string dn, CancellationToken cancellationToken) =>
        ResultAsync(writer => writer.WriteOctetString(Encoding.UTF8.GetBytes(dn), new Asn1Tag(TagClass.Application, 10)), cancellationToken);

    public Task<LdapResult> ModifyAsync(string dn, LdapChange change, string attribute, byte[][] values, CancellationToken cancellationToken) => ResultAsync(
        writer =>
        {
            using (writer.PushSequence(LdapMessage.Application(6)))
            {
                Text(writer, dn);
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteEnumeratedValue(change);
                    Attribute(writer, attribute, values);
                }
            }
        },
        cancellationToken);

    /// <summary>RFC 3062: the server hashes the password as it likes best.</summary>
    public Task<LdapResult> SetPasswordAsync(string dn, string password, CancellationToken cancellationToken)
    {
        var value = new AsnWriter(AsnEncodingRules.BER);
        using (value.PushSequence())
        {
            value.WriteOctetString(Encoding.UTF8.GetBytes(dn), new Asn1Tag(TagClass.ContextSpecific, 0));
            value.WriteOctetString(Encoding.UTF8.GetBytes(password), new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return ExtendedAsync(PasswordModify, value.Encode(), cancellationToken);
    }

    private static void Add(List<LdapEntry> found, LdapEntry? entry, int limit)
    {
        if (entry is not null && found.Count < limit)
        {
            found.Add(entry);
        }
    }

    private static void Search(AsnWriter writer, string baseDn, LdapFilter filter, IReadOnlyList<string> attributes, bool baseOnly)
    {
        using (writer.PushSequence(LdapMessage.Application(3)))
        {
            Text(writer, baseDn);
            writer.WriteEnumeratedValue(baseOnly ? LdapScope.Base : LdapScope.Subtree);
            writer.WriteEnumeratedValue(LdapAliases.Never);
            writer.WriteInteger(0);
            writer.WriteInteger(0);
            writer.WriteBoolean(value: false);
            filter.Write(writer);
            using (writer.PushSequence())
            {
                foreach (var attribute in attributes)
                {
                    Text(writer, attribute);
                }
            }
        }
    }

    private static void Attribute(AsnWriter writer, string name, byte[][] values)
    {
        using (writer.PushSequence())
        {
            Text(writer, name);
            using (writer.PushSetOf())
            {
                foreach (var value in values)
                {
                    writer.WriteOctetString(value);
                }
            }
        }
    }

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));

    private Task<LdapResult> ExtendedAsync(string name, byte[]? value, CancellationToken cancellationToken) => ResultAsync(
        writer =>
        {
            using (writer.PushSequence(LdapMessage.Application(23)))
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(name), new Asn1Tag(TagClass.ContextSpecific, 0));
                if (value is not null)
                {
                    writer.WriteOctetString(value, new Asn1Tag(TagClass.ContextSpecific, 1));
                }
            }
        },
        cancellationToken);

    private async Task<LdapResult> ResultAsync(Action<AsnWriter> request, CancellationToken cancellationToken) =>
        (await AskAsync(request, each: null, page: null, cancellationToken)).ReadResult();
}

internal enum LdapScope
{
    Base = 0,
    Subtree = 2,
}

internal enum LdapAliases
{
    Never = 0,
}

internal enum LdapChange
{
    Add = 0,
    Delete = 1,
    Replace = 2,
}
