using System.Text;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>
/// The groups that travel in a session token, for applications behind the router. A directory may put somebody into hundreds and a token must fit
/// a cookie: those that a rule names come first, what does not fit stays out. What a person may do never depends on this list.
/// </summary>
internal static class TokenGroups
{
    private const int MaximumBytes = 1_400;

    public static IReadOnlyList<string> Of(AccountRecord account, AccessRules rules)
    {
        var fit = new List<string>();
        var bytes = 0;
        foreach (var group in account.AllGroups.OrderByDescending(rules.Groups.ContainsKey).ThenByDescending(account.Groups.Contains))
        {
            var size = Encoding.UTF8.GetByteCount(group) + 1;
            if (bytes + size <= MaximumBytes)
            {
                fit.Add(group);
                bytes += size;
            }
        }

        return fit;
    }
}
