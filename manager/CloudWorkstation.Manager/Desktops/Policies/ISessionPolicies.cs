using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops.Policies;

/// <summary>What a desktop's sessions may carry: its template's policy, narrowed by the policies of its owner's groups.</summary>
public interface ISessionPolicies
{
    /// <summary>In force now; whoever is connected, the owner's groups count.</summary>
    ValueTask<SessionPolicy> EffectiveAsync(Desktop desktop, CancellationToken cancellationToken);

    /// <summary>The same for its idle time alone, without asking for the owner unless it matters: every running desktop is asked about all the time.</summary>
    ValueTask<int?> IdleStopMinutesAsync(Desktop desktop, CancellationToken cancellationToken);

    /// <summary>The same with the reasons, for somebody who may see the desktop.</summary>
    Task<Outcome<ExplainedPolicy>> ExplainAsync(Actor actor, string id, CancellationToken cancellationToken);
}

/// <summary>A policy with who said what.</summary>
/// <param name="Session">What is in force.</param>
/// <param name="Members">Each of its members, by its name in JSON.</param>
public sealed record ExplainedPolicy(SessionPolicy Session, IReadOnlyList<ExplainedMember> Members);

/// <param name="Name">As in the policy's JSON.</param>
/// <param name="Value">As text; null for no limit.</param>
/// <param name="From">Who restricts it, or is the stricter among those who do; empty when nobody does.</param>
public sealed record ExplainedMember(string Name, string? Value, IReadOnlyList<PolicySource> From);

/// <param name="Kind"><c>template</c> or <c>group</c>.</param>
/// <param name="Name">The template's title or the group policy's name.</param>
public sealed record PolicySource(string Kind, string Name);
