using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Audit;
using Microsoft.AspNetCore.RateLimiting;

namespace CloudWorkstation.Api.Audit;

/// <summary>
/// Lets every entry of a request say where the request came from, and records that a right was missing: here, once, for whatever refused it.
/// A client that goes on trying is recorded for a while one by one, then now and then with the number of those in between.
/// </summary>
public sealed class AuditOriginMiddleware(RequestDelegate next, IAuditLog audit, TimeProvider time)
{
    private const int Singly = 30;
    private const double PerSecondAfterwards = 0.1;
    private const int LongestName = 128;

    private static readonly Actor Stranger = new("anonymous", "nobody signed in", [], []);

    private readonly TokenBuckets turns = new(Singly, PerSecondAfterwards, time);
    private int unrecorded;

    public Task InvokeAsync(HttpContext context)
    {
        var origin = AuditOrigin.Begin(context.Connection.RemoteIpAddress?.ToString(), Shown(context.Request.Headers.UserAgent), RequestId(context));

        // Before the answer leaves: nobody is refused without an entry.
        context.Response.OnStarting(() => origin.RefusalRecorded ? Task.CompletedTask : context.Response.StatusCode switch
        {
            StatusCodes.Status403Forbidden => RecordAsync(context, Forbidden(context)),
            StatusCodes.Status429TooManyRequests when IsSignIn(context) => RecordAsync(context, (AuditActions.SessionSignIn, "account/unknown")),
            _ => Task.CompletedTask,
        });
        return next(context);
    }

    private static (string Action, string Target) Forbidden(HttpContext context) =>
        (AuditActions.RequestRefuse, $"request/{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown"}");

    private static bool IsSignIn(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is { PolicyName: RateLimits.SignIn };

    private async Task RecordAsync(HttpContext context, (string Action, string Target) what)
    {
        var actor = Caller.Of(context)?.Actor ?? Stranger;
        if (turns.TryTake(actor.Is(Stranger.AccountId) ? "address:" + context.Connection.RemoteIpAddress : actor.AccountId) is not null)
        {
            Interlocked.Increment(ref unrecorded);
            return;
        }

        var others = Interlocked.Exchange(ref unrecorded, 0);
        var code = context.Items[nameof(Problems.HttpProblem)] as string ?? "forbidden";
        await audit.RecordAsync(
            actor,
            what.Action,
            what.Target,
            AuditResults.Refused,
            others == 0 ? code : $"{code}; {others} more were refused and not recorded one by one",
            CancellationToken.None);
    }

    private static string? Shown(Microsoft.Extensions.Primitives.StringValues header) => header is [{ Length: > 0 } text] ? text[..Math.Min(text.Length, LongestName)] : null;

    /// <summary>The router's own name for the request; who comes past it may say what they like, in plain characters.</summary>
    private static string RequestId(HttpContext context) =>
        context.Request.Headers["X-Request-Id"] is [{ Length: > 0 and <= 64 } id] && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? id : context.TraceIdentifier;
}
