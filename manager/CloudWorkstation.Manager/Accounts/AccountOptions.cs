using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>Section <c>Accounts</c>: passwords and lockout.</summary>
public sealed class AccountOptions
{
    /// <value>PBKDF2-HMAC-SHA512 iterations; the default value is 210,000 (OWASP's floor). Older hashes are renewed at the next sign-in.</value>
    [Range(1_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <value>Failed sign-ins in a row before an account is locked; the default value is 5.</value>
    [Range(1, 100)]
    public int FailuresBeforeLockout { get; set; } = 5;

    /// <value>Length of the first lockout; the default value is 5 minutes. Each further one is twice as long.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstLockout { get; set; } = TimeSpan.FromMinutes(5);

    /// <value>No lockout is longer; the default value is 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestLockout { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Section <c>Keys</c>: the token signing keys.</summary>
public sealed class KeyOptions
{
    /// <value>Days after which the keys rotate by themselves; the default value is 30.</value>
    [Range(1, 3650)]
    public int RotationDays { get; set; } = 30;
}

/// <summary>Section <c>FirstAdmin</c>: the first administrator of an installation whose data directory nobody reads. A class and not a record: it must never print itself.</summary>
public sealed class FirstAdminOptions
{
    /// <value>The default value is <c>admin</c>.</value>
    public string UserName { get; set; } = "admin";

    /// <value>Must be changed at the first sign-in. The default value is <see langword="null"/>: one is made and left in the data directory.</value>
    public string? Password { get; set; }

    /// <value>No administrator is made at the start: whoever has the set-up code makes one on the set-up page. The default value is <see langword="false"/>.</value>
    public bool Wizard { get; set; }

    /// <summary>A password that is given goes before the wizard.</summary>
    internal bool IsByWizard => Wizard && string.IsNullOrWhiteSpace(Password);
}

/// <summary>How long sessions and their tokens live. Fixed, because the router and the desktop proxies count on them.</summary>
public static class SessionLimits
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    public const int MostPerAccount = 100;

    /// <summary>How many of the newest an account names itself.</summary>
    public const int RecentPerAccount = 20;

    /// <summary>A session of somebody from a directory asks there whether they still are, when it is renewed and the last answer is older than this.</summary>
    public static readonly TimeSpan Vouched = TimeSpan.FromMinutes(1);

    /// <summary>While the directory does not answer, such a session goes on for this long after the last answer.</summary>
    public static readonly TimeSpan UnansweredGrace = TimeSpan.FromHours(1);

    /// <summary>A refresh token that was just replaced still works for this long: two tabs may refresh at once.</summary>
    public static readonly TimeSpan RefreshOverlap = TimeSpan.FromSeconds(10);
}
