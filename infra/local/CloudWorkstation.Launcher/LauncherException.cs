namespace CloudWorkstation.Launcher;

/// <summary>Something a person can put right: the message says what is wrong, <see cref="Fix"/> what to do. Printed without a stack trace.</summary>
public sealed class LauncherException(string message, string? fix = null) : Exception(message)
{
    public string? Fix { get; } = fix;
}
