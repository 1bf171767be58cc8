namespace CloudWorkstation.Manager.Accounts.SignIn;

/// <summary>Failed sign-ins of one name.</summary>
/// <param name="Failures">In a row, since the last success or lockout.</param>
/// <param name="Lockouts">In a row; each is twice as long as the one before.</param>
/// <param name="LockedUntil">Null when it never was locked since the last success.</param>
/// <param name="LastFailureAt">A day of quiet forgets everything.</param>
internal sealed record LockoutState(int Failures, int Lockouts, DateTimeOffset? LockedUntil, DateTimeOffset LastFailureAt)
{
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    public static LockoutState None { get; } = new(0, 0, null, DateTimeOffset.UnixEpoch);

    public bool IsLocked(DateTimeOffset now) => now < LockedUntil;

    public LockoutState AfterFailure(DateTimeOffset now, AccountOptions options)
    {
        var remembered = now - LastFailureAt > Memory && !IsLocked(now) ? None : this;
        var failed = remembered with { Failures = remembered.Failures + 1, LastFailureAt = now };
        if (failed.Failures < options.FailuresBeforeLockout)
        {
            return failed;
        }

        var doubled = options.FirstLockout * Math.Pow(2, Math.Min(failed.Lockouts, 20));
        var length = doubled < options.LongestLockout ? doubled : options.LongestLockout;
        return failed with { Failures = 0, Lockouts = failed.Lockouts + 1, LockedUntil = now + length };
    }
}
