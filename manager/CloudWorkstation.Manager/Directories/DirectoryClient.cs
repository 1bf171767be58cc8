using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Directories;

/// <summary>What a directory says to a name and a password.</summary>
/// <param name="Person">Whose they are; null when they are nobody's.</param>
/// <param name="Standing">Whether they may come in, where the directory says so; null: the password is wrong or the name unknown.</param>
internal sealed record DirectoryVerdict(DirectoryPerson? Person, DirectoryStanding? Standing);

/// <summary>Asks one directory, everything within its time.</summary>
internal sealed class DirectoryClient(DirectoryProfile profile, TimeProvider time)
{
    private const int MostGroups = 2000;

    /// <summary>
    /// Search, then bind. Whoever the name belongs to, the directory is asked the same number of questions, so that the time tells nothing.
    /// </summary>
    /// <param name="userName">As typed.</param>
    /// <param name="password">Null: go through the motions.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<DirectoryVerdict> CheckAsync(string userName, string? password, CancellationToken cancellationToken) => WithinTimeAsync(
        async (connection, token) =>
        {
            await BindSearcherAsync(connection, token);
            var filter = UserFilter(userName);
            var entry = await FindAsync(connection, filter, token) is { } found && IsSpelledSo(found, filter, userName) ? found : null;
            var person = entry is null ? null : DirectoryPeople.Read(profile, entry, time.GetUtcNow());
            var nobody = $"cn={RandomNumberGenerator.GetHexString(16)},{profile.Settings.BaseDn}";
            var groups = await GroupsAsync(connection, entry, entry?.Dn ?? nobody, userName, token);
            var bound = person is null || password is null
                ? await connection.BindAsync(nobody, RandomNumberGenerator.GetHexString(16), token)
                : await connection.BindAsync(person.Entry.Dn, password, token);
            return person is null || password is null ? new DirectoryVerdict(null, null) : Judge(person with { Entry = person.Entry with { Groups = groups } }, bound);
        },
        cancellationToken);

    /// <summary>The person whom the filter still finds, by what never changes; null when there is none any more.</summary>
    public Task<DirectoryPerson?> FindAsync(string id, CancellationToken cancellationToken) => WithinTimeAsync(
        async (connection, token) =>
        {
            await BindSearcherAsync(connection, token);
            var same = LdapFilter.Equal(profile.Id, DirectoryPeople.IdBytes(profile, id));
            return await PersonAsync(connection, LdapFilter.All(same, UserFilter(LdapValue.Anything)), token);
        },
        cancellationToken);

    /// <exception cref="LdapException">It does not do what it should, or not in time.</exception>
    public async Task<T> WithinTimeAsync<T>(Func<LdapConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(profile.Limit);
        try
        {
            await using var connection = await LdapConnection.OpenAsync(profile.Address(), limit.Token);
            return await work(connection, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LdapException(LdapFault.Silent, $"{profile.Settings.Url} did not answer within {profile.Settings.TimeoutSeconds} s.", e);
        }
    }

    public async Task BindSearcherAsync(LdapConnection connection, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(profile.Settings.BindDn))
        {
            (await connection.BindAsync(profile.Settings.BindDn, profile.Settings.BindPassword?.Reveal() ?? "", cancellationToken))
                .Must($"The account that searches ({profile.Settings.BindDn}) was not let in", LdapFault.SearchAccount);
        }
    }

    public async Task<DirectoryPerson?> PersonAsync(LdapConnection connection, LdapFilter filter, CancellationToken cancellationToken)
    {
        if (await FindAsync(connection, filter, cancellationToken) is not { } entry || DirectoryPeople.Read(profile, entry, time.GetUtcNow()) is not { } person)
        {
            return null;
        }

        var groups = await GroupsAsync(connection, entry, entry.Dn, person.Entry.UserName, cancellationToken);
        return person with { Entry = person.Entry with { Groups = groups } };
    }

    public LdapFilter UserFilter(LdapValue user) => LdapFilter.Parse(profile.UserFilter, ("user", user));

    /// <summary>Null for nobody, and for a filter that finds several: neither must be let in.</summary>
    private async Task<LdapEntry?> FindAsync(LdapConnection connection, LdapFilter filter, CancellationToken cancellationToken)
    {
        string[] attributes = [.. DirectoryPeople.Attributes(profile).Union(filter.Comparisons().Select(c => c.Attribute), StringComparer.OrdinalIgnoreCase)];
        var found = await connection.SearchAsync(profile.Settings.BaseDn, filter, attributes, limit: 2, cancellationToken);
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>
    /// Directories see one name in countless spellings: with spaces around it, in other widths, with characters that nobody sees. A lockout counts
    /// spellings, so that each of them would be some more guesses. Therefore a name counts only as the entry has it, apart from case.
    /// </summary>
    private static bool IsSpelledSo(LdapEntry entry, LdapFilter filter, string typed)
    {
        var name = Encoding.UTF8.GetBytes(typed);
        LdapFilter.Comparison[] about = [.. filter.Comparisons().Where(c => c.Value.AsSpan().IndexOf(name) >= 0)];
        return about.Length == 0 || Array.Exists(about, c => entry.Texts(c.Attribute).Any(t => Normal(t) == Normal(Encoding.UTF8.GetString(c.Value))));
    }

    /// <summary>As the lockout sees it.</summary>
    private static string Normal(string name) => UserNames.Normalize(name);

    private async Task<IReadOnlyList<string>> GroupsAsync(LdapConnection connection, LdapEntry? entry, string dn, string userName, CancellationToken cancellationToken)
    {
        IEnumerable<string> names = [];
        if (profile.Settings.Groups == DirectoryGroups.Search)
        {
            var filter = LdapFilter.Parse(profile.GroupFilter, ("dn", dn), ("user", userName));
            var found = await connection.SearchAsync(profile.GroupBaseDn, filter, [profile.GroupName], MostGroups, cancellationToken);
            names = found.Select(g => g.Text(profile.GroupName)).OfType<string>();
        }
        else if (profile.Settings.Groups == DirectoryGroups.MemberOf && entry is not null)
        {
            names = DirectoryPeople.MemberOf(entry);
        }

        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static DirectoryVerdict Judge(DirectoryPerson person, LdapResult bound) => bound.Code switch
    {
        LdapCode.Success => new DirectoryVerdict(person, person.Standing),

        // OpenLDAP does not say that an account is locked, and its entry does.
        LdapCode.InvalidCredentials or LdapCode.InappropriateAuthentication =>
            new DirectoryVerdict(person, DirectoryPeople.StandingOf(bound) ?? (person.Standing == DirectoryStanding.Locked ? DirectoryStanding.Locked : null)),

        // 389 Directory Server's words for a locked account and for an inactivated one.
        LdapCode.ConstraintViolation => new DirectoryVerdict(person, DirectoryStanding.Locked),
        LdapCode.UnwillingToPerform => new DirectoryVerdict(person, DirectoryStanding.Disabled),
        _ => throw new LdapException(LdapFault.Refused, $"Letting '{person.Entry.Dn}' in: {bound}") { Code = bound.Code },
    };
}
