using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Api.Problems;

/// <summary>The outermost layer: whatever goes wrong inside, the caller gets a problem document and never a stack trace.</summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; there is nobody to answer.
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await Translate(context, e).ExecuteAsync(context);
            return;
        }

        if (IsBareRefusal(context.Response))
        {
            await ForStatus(context.Response.StatusCode).ExecuteAsync(context);
        }
    }

    private HttpProblem Translate(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ProblemException refusal:
                return refusal.Problem;
            case BadHttpRequestException bad:
                return ForStatus(bad.StatusCode);
            case InvalidPageTokenException:
                return HttpProblem.Of("invalid_cursor");
            case StorageFullException full:
                Log.StorageFull(logger, full);
                return HttpProblem.Of("storage_full");
            case RecordingPlaceException place:
                Log.NoRecordings(logger, place);
                return HttpProblem.Of("unavailable", $"Recordings cannot be reached now: {place.Fault.Why} Tell an administrator.");
            case StoreUnavailableException unavailable:
                Log.StoreUnavailable(logger, unavailable);
                return HttpProblem.Of("unavailable");
            default:
                Log.Failed(logger, exception, context.Request.Method, context.Request.Path);
                return HttpProblem.Of("internal");
        }
    }

    /// <summary>Routing answers 404, 405 and 415 with a status and nothing else.</summary>
    private static bool IsBareRefusal(HttpResponse response) =>
        response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null };

    private static HttpProblem ForStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => HttpProblem.Of("unauthenticated"),
        StatusCodes.Status403Forbidden => HttpProblem.Of("forbidden"),
        StatusCodes.Status404NotFound => HttpProblem.Of("not_found"),
        StatusCodes.Status405MethodNotAllowed => HttpProblem.Of("method_not_allowed"),
        StatusCodes.Status413PayloadTooLarge => HttpProblem.Of("body_too_large"),
        StatusCodes.Status415UnsupportedMediaType => HttpProblem.Of("unsupported_media_type"),
        >= 500 => HttpProblem.Of("internal"),
        _ => HttpProblem.Of("malformed_request") with { Status = status },
    };

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);

        [LoggerMessage(1002, LogLevel.Error, "The disk that holds the data is full; requests that write are refused until there is space")]
        public static partial void StorageFull(ILogger logger, Exception exception);

        [LoggerMessage(1004, LogLevel.Error, "Recordings cannot be reached")]
        public static partial void NoRecordings(ILogger logger, Exception exception);

        [LoggerMessage(1003, LogLevel.Error, "The store cannot be used")]
        public static partial void StoreUnavailable(ILogger logger, Exception exception);
    }
}
