namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>One signing key as the ring's file names it; its private half is in <c>KID.pem</c> beside it.</summary>
internal sealed record KeyEntry(string Kid, string Slot, string State, DateTimeOffset CreatedAt);

/// <summary>Which keys there are, as stored. Replaced whole by a rotation, never edited.</summary>
/// <param name="Keys">One <c>next</c>, one <c>current</c>, at most one <c>previous</c>.</param>
/// <param name="RotatedAt">Null before the first rotation.</param>
internal sealed record KeyRingState(IReadOnlyList<KeyEntry> Keys, DateTimeOffset? RotatedAt)
{
    public const string Next = "next";
    public const string Current = "current";
    public const string Previous = "previous";

    private static readonly string[] Slots = ["a", "b", "c"];

    public KeyEntry? In(string state) => Keys.FirstOrDefault(k => string.Equals(k.State, state, StringComparison.Ordinal));

    /// <value>When the keys last changed their roles.</value>
    public DateTimeOffset Since => RotatedAt ?? In(Current)!.CreatedAt;

    public bool IsSameAs(KeyRingState other) => RotatedAt == other.RotatedAt && Keys.SequenceEqual(other.Keys);

    /// <summary>next signs, current is still verified, previous goes and leaves its slot to a new key.</summary>
    public KeyRingState Rotate(string newKid, DateTimeOffset now)
    {
        var next = In(Next)!;
        var current = In(Current)!;
        var free = Slots.First(s => s != next.Slot && s != current.Slot);
        return new KeyRingState(
            [next with { State = Current }, current with { State = Previous }, new KeyEntry(newKid, free, Next, now)],
            now);
    }

    public static KeyRingState Start(string currentKid, string nextKid, DateTimeOffset now) =>
        new([new KeyEntry(currentKid, Slots[0], Current, now), new KeyEntry(nextKid, Slots[1], Next, now)], null);

    /// <summary>Whether it is a ring that can sign and rotate; a file that somebody edited may not be.</summary>
    public bool IsWhole() =>
        Keys is { Count: 2 or 3 } && In(Next) is not null && In(Current) is not null
        && Keys.All(k => Slots.Contains(k.Slot) && k.Kid.Length is > 0 and <= 40 && k.Kid.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        && Keys.Select(k => k.Slot).Distinct(StringComparer.Ordinal).Count() == Keys.Count
        && Keys.Select(k => k.State).Distinct(StringComparer.Ordinal).Count() == Keys.Count;
}
