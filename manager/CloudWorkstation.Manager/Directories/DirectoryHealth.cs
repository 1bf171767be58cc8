using System.Collections.Concurrent;
using CloudWorkstation.Manager.Directories.Ldap;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Directories;

/// <summary>How a directory has answered this process.</summary>
/// <param name="Name">The directory.</param>
/// <param name="LastAnswerAt">When it last did what it was asked; null: not since the start.</param>
/// <param name="Fault">What went wrong the last time; null: nothing, or it answered since.</param>
/// <param name="FaultAt">When.</param>
/// <param name="Message">Which step, and in whose words; for administrators.</param>
public sealed record DirectoryState(string Name, DateTimeOffset? LastAnswerAt, LdapFault? Fault, DateTimeOffset? FaultAt, string? Message);

/// <summary>
/// Remembers which directory answers. One that did not is left in peace for a moment, so that it costs one person its time-out and not everybody.
/// </summary>
internal sealed partial class DirectoryHealth(TimeProvider time, ILogger<DirectoryHealth> logger)
{
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, DirectoryState> states = new(StringComparer.Ordinal);

    public DirectoryState Of(string name) => states.GetValueOrDefault(name) ?? new DirectoryState(name, null, null, null, null);

    /// <summary>Whether it failed a moment ago in a way that the next question would, too.</summary>
    public bool Rests(string name) =>
        Of(name) is { Fault: LdapFault.Unreachable or LdapFault.Silent, FaultAt: { } at } && time.GetUtcNow() - at < Rest;

    public void Answered(string name) => states[name] = new DirectoryState(name, time.GetUtcNow(), null, null, null);

    public void Failed(string name, LdapException fault)
    {
        states[name] = new DirectoryState(name, Of(name).LastAnswerAt, fault.Fault, time.GetUtcNow(), fault.Message);
        LogFailed(logger, name, fault.Fault, fault.Message);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The directory {Directory} failed ({Fault}): {Reason}")]
    private static partial void LogFailed(ILogger logger, string directory, LdapFault fault, string reason);
}
