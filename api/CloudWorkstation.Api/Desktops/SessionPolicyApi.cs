using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Desktops.Policies;

namespace CloudWorkstation.Api.Desktops;

/// <summary>What a desktop's sessions may carry, and who said so.</summary>
public static class SessionPolicyApi
{
    public static void MapSessionPolicy(this IEndpointRouteBuilder desktops) =>
        desktops.MapGet("/{id}/session-policy", async (string id, Caller caller, ISessionPolicies policies, CancellationToken token) =>
                (await policies.ExplainAsync(caller.Actor, id, token)).Match(Results.Ok))
            .Describe("GetDesktopSessionPolicy", "Read what a desktop's sessions may carry, and why", "The template's policy, narrowed by the policies of its owner's groups: the stricter counts. `from` names who restricts a member.")
            .Answers<ExplainedPolicy>(200, "What is in force now.").Refuses("not_found");
}
