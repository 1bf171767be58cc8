using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Directories;

/// <summary>Whether people who came in by a directory are still in it. Without it in the settings, nobody is.</summary>
internal sealed class DirectoryVoucher(ISettings<DirectoriesSettings> settings, DirectoryHealth health, ExternalSignIn external, TimeProvider time) : ISessionVoucher
{
    public bool SpeaksFor(string method) => method.StartsWith(DirectoryProfile.SourceOf(""), StringComparison.Ordinal);

    public async Task<(Vouching Answer, AccountRecord Account)> AskAsync(AccountRecord account, string method, CancellationToken cancellationToken)
    {
        var directories = (await settings.CurrentAsync(cancellationToken)).Directories;
        var directory = directories.FirstOrDefault(d => d.Enabled && DirectoryProfile.SourceOf(d.Name) == method);
        var subject = account.Identities.FirstOrDefault(i => i.Source == method)?.Subject;
        if (directory is null || subject is null)
        {
            return (Vouching.Gone, account);
        }

        if (health.Rests(directory.Name))
        {
            return (Vouching.Unanswered, account);
        }

        try
        {
            var profile = new DirectoryProfile(directory);
            var person = await new DirectoryClient(profile, time).FindAsync(subject, cancellationToken);
            health.Answered(directory.Name);
            return IsWelcome(person) ? await RenewAsync(profile, person!, account, cancellationToken) : (Vouching.Gone, account);
        }
        catch (LdapException e)
        {
            health.Failed(directory.Name, e);
            return (Vouching.Unanswered, account);
        }
    }

    /// <summary>Somebody who is locked out was guessed at by others: that must not throw them out.</summary>
    private static bool IsWelcome(DirectoryPerson? person) => person?.Standing is DirectoryStanding.Active or DirectoryStanding.Locked;

    private async Task<(Vouching Answer, AccountRecord Account)> RenewAsync(DirectoryProfile profile, DirectoryPerson person, AccountRecord account, CancellationToken cancellationToken)
    {
        var resolved = await external.ResolveAsync(DirectoryAuthority.Identity(profile, person), address: null, cancellationToken);
        return resolved.Succeeded ? (Vouching.StillThere, resolved.Value)
            : resolved.Problem!.Kind == ProblemKind.Forbidden ? (Vouching.Gone, account)
            : (Vouching.Unanswered, account);
    }
}
