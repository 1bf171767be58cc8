using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Directories;

/// <summary>
/// Asks the directories in their order. The first that knows a name decides about it; those after it are asked all the same, about nothing, so that
/// the time of a refusal does not tell who knows whom.
/// </summary>
internal sealed class DirectoryAuthority(ISettings<DirectoriesSettings> settings, DirectoryHealth health, TimeProvider time) : IPasswordAuthority
{
    private const int LongestName = 256;

    public Task<PasswordAnswer> TryAsync(string userName, string password, CancellationToken cancellationToken) =>
        AskAllAsync(userName, password.Length == 0 ? null : password, cancellationToken);

    public Task<PasswordAnswer> PretendAsync(string userName, CancellationToken cancellationToken) => AskAllAsync(userName, password: null, cancellationToken);

    private async Task<PasswordAnswer> AskAllAsync(string userName, string? password, CancellationToken cancellationToken)
    {
        var answer = PasswordAnswer.No;
        if (userName.Length is 0 or > LongestName || userName.Any(char.IsControl))
        {
            (userName, password) = ("nobody", null);
        }

        foreach (var directory in (await settings.CurrentAsync(cancellationToken)).Directories.Where(d => d.Enabled))
        {
            var profile = new DirectoryProfile(directory);
            var verdict = await AskAsync(profile, userName, password, cancellationToken);
            if (verdict is null)
            {
                answer = answer with { Unanswered = true };
                continue;
            }

            if (verdict.Person is { } person)
            {
                password = null;
                if (verdict.Standing == DirectoryStanding.Active)
                {
                    return new PasswordAnswer { Identity = Identity(profile, person) };
                }

                if (verdict.Standing is { } standing)
                {
                    answer = answer with { Refusal = DirectoryProblems.Refused(profile, standing), RefusedFor = $"{profile.Source}: {standing}" };
                }
            }
        }

        return answer;
    }

    public static ExternalIdentity Identity(DirectoryProfile profile, DirectoryPerson person) => new()
    {
        Source = profile.Source,
        Subject = person.Entry.Id,
        UserName = person.Entry.UserName,
        DisplayName = person.Entry.DisplayName,
        Email = person.Entry.Email,
        Groups = person.Entry.Groups,
        RolesOfNewAccount = profile.Settings.DefaultRoles,
    };

    /// <summary>Null when it did not answer.</summary>
    private async Task<DirectoryVerdict?> AskAsync(DirectoryProfile profile, string userName, string? password, CancellationToken cancellationToken)
    {
        var name = profile.Settings.Name;
        if (health.Rests(name))
        {
            return null;
        }

        try
        {
            var verdict = await new DirectoryClient(profile, time).CheckAsync(userName, password, cancellationToken);
            health.Answered(name);
            return verdict;
        }
        catch (LdapException e)
        {
            health.Failed(name, e);
            return null;
        }
    }
}
