using System.Buffers;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>What a user name may look like, and that two names differing in case are the same.</summary>
internal sealed class UserNames : IUserValidator<AccountRecord>, ILookupNormalizer
{
    public const int MaximumLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-");

    public static bool IsValid(string name) => name.Length is >= 1 and <= MaximumLength && !name.AsSpan().ContainsAnyExcept(Allowed);

    public static bool IsAllowed(char character) => Allowed.Contains(character);

    public static string Normalize(string name) => name.ToLowerInvariant();

    public static IdentityError Taken(string name) => new() { Code = "userName", Description = $"The user name '{name}' is taken. Choose another." };

    public Task<IdentityResult> ValidateAsync(UserManager<AccountRecord> manager, AccountRecord user) =>
        Task.FromResult(IsValid(user.UserName) ? IdentityResult.Success : IdentityResult.Failed(Broken));

    public string? NormalizeName(string? name) => name is null ? null : Normalize(name);

    public string? NormalizeEmail(string? email) => email?.ToLowerInvariant();

    private static IdentityError Broken => new()
    {
        Code = "userName",
        Description = $"A user name has 1 to {MaximumLength} characters: letters a to z, digits, and . _ @ -",
    };
}
