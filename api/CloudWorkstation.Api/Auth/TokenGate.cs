using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace CloudWorkstation.Api.Auth;

/// <summary>
/// What API tokens may call: endpoints whose permission is among what the token is left with, for reading also with the scope <c>read</c>. An
/// endpoint that changes something and names no permission is closed to them, so that a new one is closed until somebody thinks of it.
/// </summary>
public sealed class TokenGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var facts = context.GetEndpoint()?.Metadata;
        return Caller.Of(context) is { Actor: { Token: { } token } actor } && facts is not null && facts.GetMetadata<IAllowAnonymous>() is null
            && Refusal(actor, token, facts, context.Request.Method) is { } refusal
                ? refusal.ExecuteAsync(context)
                : next(context);
    }

    /// <summary>The permissions of which a token needs one; empty for an endpoint that is closed to tokens, or open for reading alone.</summary>
    public static IReadOnlyList<string> PermissionsOf(EndpointMetadataCollection facts) =>
    [
        .. facts.GetMetadata<TokenScopes>()?.Permissions ?? [],
        .. facts.GetOrderedMetadata<IAuthorizeData>().Select(a => AuthServices.PermissionOf(a.Policy)).OfType<string>(),
    ];

    private static HttpProblem? Refusal(Actor actor, TokenGrant token, EndpointMetadataCollection facts, string method)
    {
        if (facts.GetMetadata<SignedInOnly>() is not null)
        {
            return HttpProblem.Of("session_required");
        }

        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        var permissions = PermissionsOf(facts);
        return (isRead && (token.Scopes.Contains(ApiTokenScopes.Read, StringComparer.Ordinal) || facts.GetMetadata<AnyToken>() is not null)) || permissions.Any(actor.May) ? null
            : permissions.Count == 0 && !isRead ? HttpProblem.Of("session_required")
            : HttpProblem.Of("insufficient_scope", $"This needs a token with the scope {string.Join(" or ", isRead ? [.. permissions, ApiTokenScopes.Read] : permissions)}, of an account that has the permission.");
    }
}
