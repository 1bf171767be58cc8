namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>Somebody's own roles, and those of their groups that the rules name: people of whom these are alike may do the same.</summary>
internal readonly struct Membership(string[] roles, string[] groups) : IEquatable<Membership>
{
    public string[] Roles => roles;

    public string[] Groups => groups;

    public bool Equals(Membership other) => roles.AsSpan().SequenceEqual(other.Roles) && groups.AsSpan().SequenceEqual(other.Groups);

    public override bool Equals(object? obj) => obj is Membership other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(roles.Length);
        foreach (var role in roles)
        {
            hash.Add(role, StringComparer.Ordinal);
        }

        foreach (var group in groups)
        {
            hash.Add(group, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
