using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Mail;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Who decides about a registration whose address is verified.</summary>
public enum RegistrationApproval
{
    /// <summary>Nobody: the account is made at once.</summary>
    None,

    /// <summary>Somebody who may manage accounts.</summary>
    Admin,
}

/// <summary>Section <c>registration</c>: whether people may make accounts for themselves, and which.</summary>
public sealed record RegistrationSettings
{
    public const string Local = "local";
    private const int MostDomains = 200;
    private const int MostNames = 1000;

    /// <value>The default value is <see langword="false"/>.</value>
    public bool Enabled { get; init; }

    /// <value>Domains whose e-mail addresses may register, each exactly: a subdomain only when it is listed itself.</value>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <value>The default value is <see cref="RegistrationApproval.None"/>.</value>
    public RegistrationApproval Approval { get; init; }

    /// <value>Where accounts are made: <c>local</c>, or the name of a directory. The default value is <c>local</c>.</value>
    public string Target { get; init; } = Local;

    /// <value>User names that nobody may register; <c>*</c> stands for any characters. Names such as <c>admin</c> and <c>root</c> are always among them.</value>
    public IReadOnlyList<string> NamesDenied { get; init; } = [];

    /// <value>When not empty, the only user names that may be registered; a reserved name that stands here without <c>*</c> is not reserved.</value>
    public IReadOnlyList<string> NamesAllowed { get; init; } = [];

    /// <value>Groups of the accounts made here.</value>
    public IReadOnlyList<string> DefaultGroups { get; init; } = [];

    /// <value>Their roles; <c>user</c> when empty, and never <c>admin</c>.</value>
    public IReadOnlyList<string> DefaultRoles { get; init; } = [];

    /// <value>How long the links of mails work. The default value is 30 minutes.</value>
    public int LinkMinutes { get; init; } = 30;

    /// <value>Whether people may set a new password by a mail to their address. The default value is <see langword="true"/>.</value>
    public bool PasswordReset { get; init; } = true;

    internal TimeSpan LinkLifetime => TimeSpan.FromMinutes(LinkMinutes);

    /// <param name="normalizedAddress">From <see cref="MailAddresses.Normalize"/>.</param>
    public bool Allows(string normalizedAddress)
    {
        var domain = MailAddresses.DomainOf(normalizedAddress);
        return Domains.Any(d => string.Equals(MailAddresses.NormalizeDomain(d), domain, StringComparison.Ordinal));
    }

    public static IReadOnlyList<FieldError> Check(RegistrationSettings value)
    {
        var errors = new List<FieldError>();
        if (value.Enabled && value.Domains.Count == 0)
        {
            errors.Add(new FieldError("domains", "Name at least one e-mail domain; without one nobody could register."));
        }

        if (value.Domains.Count > MostDomains || value.NamesDenied.Count > MostNames || value.NamesAllowed.Count > MostNames)
        {
            errors.Add(new FieldError("domains", $"At most {MostDomains} domains and {MostNames} names in each list."));
        }

        CheckEach(errors, "domains", value.Domains, d => MailAddresses.NormalizeDomain(d) is not null, "A domain looks like example.org, without @ and without wildcards.");
        CheckEach(errors, "namesDenied", value.NamesDenied, NameRules.IsPattern, "A name has letters, digits, . _ - and * for any characters.");
        CheckEach(errors, "namesAllowed", value.NamesAllowed, NameRules.IsPattern, "A name has letters, digits, . _ - and * for any characters.");
        CheckEach(errors, "defaultRoles", value.DefaultRoles, r => r is not AccountRoles.AdminRole && r.Length > 0, "Nobody becomes an administrator by registering; give that role to an account.");
        if (AccountFields.CheckGroups(value.DefaultGroups) is { } groups)
        {
            errors.Add(groups with { Field = "defaultGroups" });
        }

        if (!Enum.IsDefined(value.Approval))
        {
            errors.Add(new FieldError("approval", "Choose none or admin."));
        }

        if (string.IsNullOrWhiteSpace(value.Target) || value.Target.Length > 64)
        {
            errors.Add(new FieldError("target", "Choose local, or the name of a directory."));
        }

        if (value.LinkMinutes is < 5 or > 1440)
        {
            errors.Add(new FieldError("linkMinutes", $"Links work for {value.LinkMinutes} minutes; it must be from 5 to 1440."));
        }

        return errors;
    }

    private static void CheckEach(List<FieldError> errors, string field, IReadOnlyList<string> values, Func<string, bool> isGood, string message)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!isGood(values[i]))
            {
                errors.Add(new FieldError($"{field}[{i}]", message));
            }
        }
    }
}
