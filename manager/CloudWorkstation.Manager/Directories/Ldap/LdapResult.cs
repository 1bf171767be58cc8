namespace CloudWorkstation.Manager.Directories.Ldap;

/// <summary>Result codes of RFC 4511, appendix A, that somebody here decides by.</summary>
public enum LdapCode
{
    Success = 0,
    TimeLimitExceeded = 3,
    SizeLimitExceeded = 4,
    StrongerAuthRequired = 8,
    AdminLimitExceeded = 11,
    NoSuchAttribute = 16,
    ConstraintViolation = 19,
    AttributeOrValueExists = 20,
    NoSuchObject = 32,
    InvalidDnSyntax = 34,
    InappropriateAuthentication = 48,
    InvalidCredentials = 49,
    InsufficientAccessRights = 50,
    Busy = 51,
    Unavailable = 52,
    UnwillingToPerform = 53,
    EntryAlreadyExists = 68,
}

/// <summary>How an operation ended.</summary>
/// <param name="Code">What it is called.</param>
/// <param name="Message">The server's own words; may hold what was sent, so it is for administrators.</param>
internal sealed record LdapResult(LdapCode Code, string Message)
{
    public bool Succeeded => Code == LdapCode.Success;

    public override string ToString() => Message.Length == 0 ? $"{Code} ({(int)Code})" : $"{Code} ({(int)Code}): {Message.TrimEnd('\0', '\n')}";

    /// <exception cref="LdapException">It did not succeed.</exception>
    public LdapResult Must(string what, LdapFault fault = LdapFault.Refused) =>
        Succeeded ? this : throw new LdapException(fault, $"{what}: {this}") { Code = Code };
}

/// <summary>An entry that was found; names of attributes in whatever case the server likes.</summary>
internal sealed class LdapEntry(string dn, IReadOnlyDictionary<string, IReadOnlyList<byte[]>> attributes)
{
    private static readonly System.Text.UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public string Dn { get; } = dn;

    public IReadOnlyList<byte[]> Bytes(string attribute) => attributes.TryGetValue(attribute, out var values) ? values : [];

    public IEnumerable<string> Texts(string attribute) => Bytes(attribute).Select(Utf8.GetString);

    public string? Text(string attribute) => Texts(attribute).FirstOrDefault(t => t.Length > 0);

    public long? Number(string attribute) =>
        long.TryParse(Text(attribute), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Large attributes come in slices, <c>member;range=0-1499</c>: the first slice counts as the attribute.</summary>
    public static string NameOf(string description) => description.Split(';')[0];
}
