using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace CloudWorkstation.Api.Http;

/// <summary>One JSON document a line (<c>application/x-ndjson</c>), written as it is read: however much it is, it needs little memory.</summary>
/// <param name="Items">What to write.</param>
/// <param name="Name">What a browser calls the file when it saves it, without the ending.</param>
public sealed record JsonLines<T>(IAsyncEnumerable<T> Items, string Name) : IResult
{
    public const string MediaType = "application/x-ndjson";
    private const int FlushEvery = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var writer = httpContext.Response.BodyWriter;
        httpContext.Response.ContentType = MediaType;
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{Name}.jsonl\"";
        var written = 0;
        await foreach (var item in Items.WithCancellation(httpContext.RequestAborted))
        {
            using (var json = new Utf8JsonWriter(writer))
            {
                JsonSerializer.Serialize(json, item, options);
            }

            writer.Write("\n"u8);
            if (++written % FlushEvery == 0)
            {
                await writer.FlushAsync(httpContext.RequestAborted);
            }
        }

        await writer.FlushAsync(httpContext.RequestAborted);
    }
}
