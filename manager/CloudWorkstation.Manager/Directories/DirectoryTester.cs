using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Directories;

/// <summary>Goes the way of a sign-in step by step, with the settings of a form that nobody has saved yet.</summary>
internal sealed class DirectoryTester(ISettings<DirectoriesSettings> settings, DirectoryHealth health, TimeProvider time) : IDirectoryTester
{
    private const int MostCounted = 1000;

    public async Task<Outcome<IReadOnlyList<DirectoryState>>> StatesAsync(Actor actor, CancellationToken cancellationToken) => actor.May(Permissions.PlatformManage)
        ? Outcome<IReadOnlyList<DirectoryState>>.From([.. (await settings.CurrentAsync(cancellationToken)).Directories.Select(d => health.Of(d.Name))])
        : AccountProblems.Forbidden;

    public async Task<Outcome<DirectoryTest>> TestAsync(Actor actor, DirectorySettings directory, string? userName, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage))
        {
            return AccountProblems.Forbidden;
        }

        var complete = await WithStoredPasswordAsync(directory, cancellationToken);
        FieldError[] errors = [.. DirectoryRules.CheckOne(complete).Select(e => e with { Field = "directory." + e.Field })];
        return errors.Length > 0 ? Problem.Invalid(errors) : await RunAsync(complete, userName, cancellationToken);
    }

    private async Task<DirectorySettings> WithStoredPasswordAsync(DirectorySettings directory, CancellationToken cancellationToken)
    {
        if (directory.BindPassword is not { IsKept: true })
        {
            return directory;
        }

        // A password that is stored goes to the server that it was stored for, and to no other that somebody names now.
        var stored = (await settings.ReadAsync(cancellationToken)).Value.Directories.FirstOrDefault(d => d.Name == directory.Name && d.Url == directory.Url);
        return directory with { BindPassword = stored?.BindPassword };
    }

    private async Task<DirectoryTest> RunAsync(DirectorySettings directory, string? userName, CancellationToken cancellationToken)
    {
        var run = new Run(new DirectoryProfile(directory), userName, time);
        try
        {
            await run.GoAsync(cancellationToken);
        }
        catch (LdapException e)
        {
            run.Failed($"{e.Message} {Hint(e.Fault)}".Trim());
        }

        return run.Result();
    }

    private static string Hint(LdapFault fault) => fault switch
    {
        LdapFault.Unreachable => "Look at the address, the port, and whether a firewall lets the api's machine through.",
        LdapFault.Silent => "Somebody took the connection and said nothing: look at the port, and at ldap:// where the server expects ldaps://.",
        LdapFault.Certificate => "Give the certificate of the authority that issued it, and the host name that it is for.",
        LdapFault.Encryption => "Look at whether this port speaks TLS at once (ldaps://) or after StartTLS (ldap://).",
        LdapFault.Protocol => "Something else than a directory listens there, or ldap:// and ldaps:// are mixed up.",
        LdapFault.SearchAccount => "Look at the name and the password of the account that searches.",
        _ => "",
    };

    private sealed class Run(DirectoryProfile profile, string? userName, TimeProvider time)
    {
        private readonly List<DirectoryTestStep> steps = [];
        private string current = "connection";
        private DirectoryPerson? person;

        public void Failed(string detail) => steps.Add(new DirectoryTestStep(current, Succeeded: false, detail));

        public DirectoryTest Result() => new(steps.TrueForAll(s => s.Succeeded), steps)
        {
            Person = person?.Entry,
            Warnings = profile.Settings.AllowUnencrypted ? [$"The connection to {profile.Settings.Url} is not encrypted: every password that is tried travels in clear and can be read on the way."] : [],
        };

        public Task<bool> GoAsync(CancellationToken cancellationToken)
        {
            var client = new DirectoryClient(profile, time);
            return client.WithinTimeAsync(
                async (connection, token) =>
                {
                    Done(profile.Settings.AllowUnencrypted ? $"{profile.Settings.Url} answers; the connection is not encrypted." : $"{profile.Settings.Url} answers, and its certificate is trusted.", "searchAccount");
                    await client.BindSearcherAsync(connection, token);
                    Done(string.IsNullOrWhiteSpace(profile.Settings.BindDn) ? "Searches are made without an account." : $"{profile.Settings.BindDn} was let in.", "people");
                    await CountAsync(connection, client, token);
                    if (!string.IsNullOrWhiteSpace(userName))
                    {
                        await FindAsync(connection, client, userName.Trim(), token);
                    }

                    return true;
                },
                cancellationToken);
        }

        private void Done(string detail, string next)
        {
            steps.Add(new DirectoryTestStep(current, Succeeded: true, detail));
            current = next;
        }

        private async Task CountAsync(LdapConnection connection, DirectoryClient client, CancellationToken cancellationToken)
        {
            var filter = client.UserFilter(LdapValue.Anything);
            var found = await connection.SearchAsync(profile.Settings.BaseDn, filter, [profile.Id], MostCounted, cancellationToken);
            if (found.Count == 0)
            {
                throw new LdapException(LdapFault.Refused, $"Nobody below '{profile.Settings.BaseDn}' matches {filter}. Look at the base, the filter, and what the account that searches may read.");
            }

            var unnamed = found.Count(e => e.Bytes(profile.Id).Count == 0);
            if (unnamed > 0)
            {
                throw new LdapException(LdapFault.Refused, $"{unnamed} of {found.Count} people have no {profile.Id}, by which they would be known again. Name another attribute, or let the account that searches read it.");
            }

            Done($"{(found.Count == MostCounted ? $"{MostCounted} or more" : found.Count)} people match {filter}.", "person");
        }

        private async Task FindAsync(LdapConnection connection, DirectoryClient client, string name, CancellationToken cancellationToken)
        {
            var filter = client.UserFilter(name);
            person = await client.PersonAsync(connection, filter, cancellationToken)
                ?? throw new LdapException(LdapFault.Refused, $"{filter} finds nobody, or more than one.");
            var groups = person.Entry.Groups.Count == 0 ? "in no group" : $"in {person.Entry.Groups.Count} groups: {string.Join(", ", person.Entry.Groups)}";
            Done($"{person.Entry.Dn} ({person.Standing}), {groups}.", "");
        }
    }
}
