using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Says everything that is wrong with a share that somebody wants to make, each with limit and fix.</summary>
internal sealed class NewShareCheck(AccountUserStore accounts, TimeProvider time)
{
    public async Task<Outcome<IReadOnlyList<Person>>> CheckAsync(Actor actor, NewShare share, SessionPolicy policy, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        if (ShareRules.Most(policy) is { } most && share.Access > most)
        {
            errors.Add(new FieldError("access", "'access' may be view and no more: the rules of this desktop do not let guests control it."));
        }

        var now = time.GetUtcNow();
        if (share.ExpiresAt is { } expires && (expires <= now || expires > now + ShareRules.Longest))
        {
            errors.Add(new FieldError("expiresAt", $"'expiresAt' must be a time within the next {ShareRules.Longest.TotalDays} days; leave it out for an hour from now."));
        }

        var people = await PeopleAsync(actor, share, errors, cancellationToken);
        return errors.Count > 0 ? Problem.Invalid(errors) : Outcome<IReadOnlyList<Person>>.From(people);
    }

    private async Task<IReadOnlyList<Person>> PeopleAsync(Actor actor, NewShare share, List<FieldError> errors, CancellationToken cancellationToken)
    {
        var names = share.People ?? [];
        if (share.Anyone == names.Count > 0)
        {
            errors.Add(new FieldError("people", "Name at least one person in 'people', or set 'anyone' to true, and not both."));
            return [];
        }

        if (names.Count > ShareRules.MostPeople)
        {
            errors.Add(new FieldError("people", $"'people' has {names.Count} names, and there may be {ShareRules.MostPeople}. Make another share for the rest."));
            return [];
        }

        var people = new List<Person>();
        for (var i = 0; i < names.Count; i++)
        {
            if (await accounts.FindAsync(names[i], cancellationToken) is not { Disabled: false } account)
            {
                errors.Add(new FieldError($"people[{i}]", "There is nobody of this user name who could open it. Correct it, or leave it out."));
            }
            else if (actor.Is(account.Id))
            {
                errors.Add(new FieldError($"people[{i}]", "The desktop is yours already. Leave yourself out."));
            }
            else if (people.All(p => p.Id != account.Id))
            {
                people.Add(new Person(account.Id, account.UserName));
            }
        }

        return people;
    }
}
