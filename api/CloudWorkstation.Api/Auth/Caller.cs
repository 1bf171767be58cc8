using System.Reflection;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Auth;

/// <summary>Who makes the request, from the verified session; the parameter through which handlers get it.</summary>
public sealed record Caller(Actor Actor)
{
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(Of(context) ?? throw new InvalidOperationException("The endpoint is open and yet asks who calls."));

    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
