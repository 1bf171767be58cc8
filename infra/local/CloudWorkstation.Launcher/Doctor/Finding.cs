namespace CloudWorkstation.Launcher.Doctor;

public enum Verdict
{
    Ok,
    Warn,
    Fail,
}

/// <param name="Code">Stable, so that it can be searched for.</param>
/// <param name="Fix">What to do; null when all is well.</param>
public sealed record Finding(string Code, Verdict Verdict, string Text, string? Fix = null);
