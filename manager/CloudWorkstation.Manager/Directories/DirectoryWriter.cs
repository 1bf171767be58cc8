using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Directories;

/// <summary>
/// Makes accounts. The entry carries the wish's own name, so that a second run of the same wish knows its entry from one that somebody else made
/// under that name, goes on where the first one stopped, and harms nobody.
/// </summary>
internal sealed class DirectoryWriter(ISettings<DirectoriesSettings> settings, DirectoryHealth health, TimeProvider time) : IDirectoryWriter
{
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        [.. (await settings.CurrentAsync(cancellationToken)).Directories.Where(IsWritable).Select(d => d.Name)];

    public async Task<Outcome<DirectoryEntry>> CreateAsync(string directoryName, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        var directory = (await settings.CurrentAsync(cancellationToken)).Directories.FirstOrDefault(d => d.Name == directoryName && IsWritable(d));
        if (directory is null)
        {
            return DirectoryProblems.NotFound(directoryName);
        }

        var profile = new DirectoryProfile(directory);
        IAccountShape shape = profile.IsActiveDirectory ? new ActiveDirectoryShape(profile) : new OpenLdapShape();
        if (shape.Check(user) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        try
        {
            var outcome = await CreateAsync(profile, shape, user, cancellationToken);
            health.Answered(directoryName);
            return outcome;
        }
        catch (LdapException e)
        {
            health.Failed(directoryName, e);
            return e is { Fault: LdapFault.Refused or LdapFault.SearchAccount, Code: not (LdapCode.Busy or LdapCode.Unavailable) }
                ? DirectoryProblems.RefusedToWrite(e.Message)
                : DirectoryProblems.Unavailable(profile.Title);
        }
    }

    private static bool IsWritable(DirectorySettings directory) => directory.Enabled && !string.IsNullOrWhiteSpace(directory.CreateIn);

    private Task<Outcome<DirectoryEntry>> CreateAsync(DirectoryProfile profile, IAccountShape shape, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        var client = new DirectoryClient(profile, time);
        return client.WithinTimeAsync(
            async (connection, token) =>
            {
                await client.BindSearcherAsync(connection, token);
                var dn = $"{shape.NameAttribute}={DistinguishedName.Escape(user.UserName)},{profile.Settings.CreateIn!.Trim()}";
                if (await FindForeignAsync(connection, client, profile, user, token) || await AddAsync(connection, shape, dn, user, token) is not { } isNew)
                {
                    return DirectoryProblems.Taken(user.UserName);
                }

                var ready = await shape.CompleteAsync(connection, dn, user, token);
                if (!ready.Succeeded)
                {
                    return await GiveUpAsync(connection, shape, dn, isNew, ready, token);
                }

                await JoinAsync(connection, profile, dn, token);
                var person = await client.PersonAsync(connection, client.UserFilter(user.UserName), token)
                    ?? throw new LdapException(LdapFault.Refused, $"'{dn}' was made, and the filter for people below '{profile.Settings.BaseDn}' does not find it");
                return Outcome<DirectoryEntry>.From(person.Entry);
            },
            cancellationToken);
    }

    /// <summary>A password that the directory does not allow is the person's to mend: nothing is left that would take the name from them.</summary>
    private static async Task<Problem> GiveUpAsync(LdapConnection connection, IAccountShape shape, string dn, bool isNew, LdapResult refusal, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            await connection.DeleteAsync(dn, cancellationToken);
        }

        return shape.Explain(refusal) is { } error ? Problem.Invalid(error) : throw new LdapException(LdapFault.Refused, $"making '{dn}': {refusal}") { Code = refusal.Code };
    }

    /// <summary>Whether people of that name would be two: one of it elsewhere in the directory, who is not the one that is about to be made.</summary>
    private static async Task<bool> FindForeignAsync(LdapConnection connection, DirectoryClient client, DirectoryProfile profile, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        var same = await connection.SearchAsync(profile.Settings.BaseDn, client.UserFilter(user.UserName), [OpenLdapShape.Mark], limit: 10, cancellationToken);
        return same.Any(e => !IsOfWish(e, user));
    }

    /// <summary>True for a new entry, false for one of an earlier run of the same wish, null when it is somebody else's.</summary>
    private static async Task<bool?> AddAsync(LdapConnection connection, IAccountShape shape, string dn, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        var added = await connection.AddAsync(dn, [.. shape.Attributes(user), (OpenLdapShape.Mark, LdapText.Values(MarkOf(user)))], cancellationToken);
        if (added.Code != LdapCode.EntryAlreadyExists)
        {
            added.Must($"making '{dn}'");
            return true;
        }

        var there = await connection.SearchAsync(dn, LdapFilter.Parse("(objectClass=*)"), [OpenLdapShape.Mark], limit: 1, cancellationToken, baseOnly: true);
        return there.Any(e => IsOfWish(e, user)) ? false : null;
    }

    private static string MarkOf(NewDirectoryUser user) => "CloudWorkstation " + user.Request;

    private static bool IsOfWish(LdapEntry entry, NewDirectoryUser user) => entry.Texts(OpenLdapShape.Mark).Contains(MarkOf(user), StringComparer.Ordinal);

    private static async Task JoinAsync(LdapConnection connection, DirectoryProfile profile, string dn, CancellationToken cancellationToken)
    {
        foreach (var group in profile.Settings.CreateInGroups.Select(g => g.Trim()).Where(g => g.Length > 0))
        {
            var joined = await connection.ModifyAsync(group, LdapChange.Add, "member", LdapText.Values(dn), cancellationToken);
            if (joined.Code is not (LdapCode.AttributeOrValueExists or LdapCode.EntryAlreadyExists))
            {
                joined.Must($"putting '{dn}' into '{group}'");
            }
        }
    }
}
