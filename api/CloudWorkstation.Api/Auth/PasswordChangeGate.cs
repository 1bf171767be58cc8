using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using Microsoft.AspNetCore.Authorization;

namespace CloudWorkstation.Api.Auth;

/// <summary>Until a handed-out password is changed, its account can do nothing else.</summary>
public sealed class PasswordChangeGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        return Caller.Of(context) is { Actor.MustChangePassword: true }
            && endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is null
            && endpoint?.Metadata.GetMetadata<AllowedBeforePasswordChange>() is null
                ? HttpProblem.Of("password_change_required").ExecuteAsync(context)
                : next(context);
    }
}
