using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Api.Desktops;

/// <summary>What a desktop's sessions may carry, and who said so.</summary>
public static class SessionPolicyApi
{
    public static void MapSessionPolicy(this IEndpointRouteBuilder desktops) =>
        desktops.MapGet("/{id}/session-policy", async (string id, Caller caller, ISessionPolicies policies, CancellationToken token) =>
                (await policies.ExplainAsync(caller.Actor, id, token)).Match(p => Results.Ok(new SessionPolicyAnswer(p.Session, p.Members, caller.Actor.UserName, caller.Actor.Address))))
            .Describe("GetDesktopSessionPolicy", "Read what a desktop's sessions may carry, and why", "The template's policy, narrowed by the policies of its owner's groups: the stricter counts. `from` names who restricts a member.")
            .Answers<SessionPolicyAnswer>(200, "What is in force now.").Refuses("not_found");
}

/// <summary>What a desktop's sessions may carry, who said so, and who asks.</summary>
/// <param name="Session">What is in force.</param>
/// <param name="Members">Each of its members with who restricts it.</param>
/// <param name="Viewer">User name of the caller, for a watermark.</param>
/// <param name="Address">Where the caller is, as the server sees it.</param>
public sealed record SessionPolicyAnswer(SessionPolicy Session, IReadOnlyList<ExplainedMember> Members, string Viewer, string? Address);
