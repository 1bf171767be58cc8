using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>
/// Length instead of composition rules (NIST SP 800-63B section 3.1.1.2): a passphrase passes, a decorated common password does not.
/// Every broken rule is named.
/// </summary>
internal sealed class PasswordPolicy : IPasswordValidator<AccountRecord>
{
    public const int MinimumLength = 12;

    /// <summary>Long enough for any passphrase; bounds the work of hashing.</summary>
    public const int MaximumLength = 256;

    private const int MinimumDistinct = 5;

    public Task<IdentityResult> ValidateAsync(UserManager<AccountRecord> manager, AccountRecord user, string? password)
    {
        IdentityError[] errors = [.. Broken(user, password ?? "").Select(text => new IdentityError { Code = "password", Description = text })];
        return Task.FromResult(errors.Length == 0 ? IdentityResult.Success : IdentityResult.Failed(errors));
    }

    private static IEnumerable<string> Broken(AccountRecord user, string password)
    {
        if (password.Length < MinimumLength)
        {
            yield return $"The password needs at least {MinimumLength} characters; a few words in a row are fine.";
        }

        if (password.Length > MaximumLength)
        {
            yield return $"The password may have at most {MaximumLength} characters.";
        }

        if (user.UserName.Length >= 3 && password.Contains(user.UserName, StringComparison.OrdinalIgnoreCase))
        {
            yield return "The password must not contain the user name.";
        }

        if (CommonPasswords.Contains(password))
        {
            yield return "The password is one of the first that an attacker tries. Choose something else.";
        }
        else if (password.Distinct().Count() < MinimumDistinct)
        {
            yield return $"The password needs at least {MinimumDistinct} different characters.";
        }
    }
}
