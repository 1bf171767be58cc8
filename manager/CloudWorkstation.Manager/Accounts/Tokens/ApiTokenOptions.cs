using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>Section <c>Tokens</c>: API tokens.</summary>
public sealed class ApiTokenOptions
{
    /// <value>No token lives longer; the default value is 365 days.</value>
    [Range(1, 3650)]
    public int LongestDays { get; set; } = 365;

    /// <value>Tokens that one account may have at once; the default value is 50.</value>
    [Range(1, 500)]
    public int PerAccount { get; set; } = 50;
}
