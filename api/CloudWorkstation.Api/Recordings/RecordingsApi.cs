using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Recordings;

namespace CloudWorkstation.Api.Recordings;

/// <summary>What was recorded. An owner sees that and when; to play it takes a permission, and is audited.</summary>
public static class RecordingsApi
{
    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var recordings = routes.MapGroup("/recordings").WithTags("Recordings").RefuseImpossibleIds();
        recordings.MapGet("", List)
            .Describe("ListRecordings", "List recordings", "Newest first. One's own desktops', or everyone's for who may play recordings.")
            .Reads<string>("owner", "`*` for everyone's, an account id or a user name; one's own when not given.").Reads<string>("desktop", "A desktop's id.")
            .Reads<DateTimeOffset>("from", "Those that began then or later.").Reads<DateTimeOffset>("to", "Those that began before.")
            .Paged().Answers<ListOf<RecordingModel>>(200, "One page.").Refuses("forbidden");
        recordings.MapGet("/{id}", Get).Describe("GetRecording", "Read what is known of a recording").Answers<RecordingModel>(200, "The recording.").Refuses("not_found");
        recordings.MapGet("/{id}/content", Content).Require(Permissions.RecordingsView)
            .Describe("PlayRecording", "Read a recording", "Decrypted chunks of the part asked for, in their order: from a moment on, or from a chunk on and so many; docs/recordings.md has the format. Audited once for a sitting.")
            .Reads<int>("from", "Milliseconds since its beginning; 0 when not given.").Reads<int>("to", "Milliseconds since its beginning; its end when not given.")
            .Reads<int>("first", "Number of the first chunk; 0 when not given.").Reads<int>("count", "So many chunks at most; all when not given.")
            .WithMetadata(new Answer(StatusCodes.Status200OK, null, RecordingContent.MediaType, "The chunks, up to the first that is missing.")).Refuses("forbidden", "not_found", "invalid", "unavailable");
        recordings.MapGet("/{id}/outline", Outline).Require(Permissions.RecordingsView)
            .Describe("OutlineRecording", "Read a recording without its pictures", "Which chunks there are, from when to when, and in them what people did and the seconds in which there was something to see. Of the same format. Audited as playing it is.")
            .Reads<int>("first", "Number of the first chunk; 0 when not given.")
            .WithMetadata(new Answer(StatusCodes.Status200OK, null, RecordingContent.MediaType, "The chunks, up to the first that is missing.")).Refuses("forbidden", "not_found", "invalid", "unavailable");
        recordings.MapGet("/{id}/timeline", Timeline).Require(Permissions.RecordingsView)
            .Describe("ExportRecordingTimeline", "Take a recording's timeline away", "When somebody was at work, and the keys where they are kept, as JSON lines. Audited.")
            .AnswersLines("One mark a line.").Refuses("forbidden", "not_found", "unavailable");
        recordings.MapGet("/{id}/timeline.csv", TimelineAsCsv).Require(Permissions.RecordingsView)
            .Describe("ExportRecordingTimelineCsv", "Take a recording's timeline away as CSV", "The same for a spreadsheet. Audited.")
            .WithMetadata(new Answer(StatusCodes.Status200OK, null, TimelineCsv.MediaType, "As a file.")).Refuses("forbidden", "not_found", "unavailable");
        recordings.MapDelete("/{id}", Delete).Require(Permissions.RecordingsManage)
            .Describe("DeleteRecording", "Delete a recording before its time", "Audited.").Answers(204, "It is gone.").Refuses("forbidden", "not_found", "conflict", "busy", "unavailable");
    }

    private static async Task<IResult> List(Caller caller, PageQuery page, IRecordingService recordings, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var owner = Query.Text(query, "owner");
        var filter = new RecordingFilter
        {
            Everyone = owner == "*",
            Owner = owner is null or "*" ? null : Query.Identifier(query, "owner"),
            Desktop = Query.Identifier(query, "desktop"),
            From = Query.Time(query, "from"),
            To = Query.Time(query, "to"),
            Limit = page.Limit,
            Cursor = page.Cursor,
        };
        return (await recordings.ListAsync(caller.Actor, filter, cancellationToken))
            .Match(found => Results.Ok(new ListOf<RecordingModel>([.. found.Items.Select(RecordingModel.Of)], found.Cursor)));
    }

    private static async Task<IResult> Get(string id, Caller caller, IRecordingService recordings, CancellationToken cancellationToken) =>
        (await recordings.GetAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(RecordingModel.Of(found)));

    private static async Task<IResult> Content(string id, Caller caller, IRecordingService recordings, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var part = new RecordingPart
        {
            From = (uint)Query.Number(query, "from", 0, 0, uint.MaxValue),
            To = (uint)Query.Number(query, "to", uint.MaxValue, 0, uint.MaxValue),
            First = First(http),
            Count = (uint)Query.Number(query, "count", uint.MaxValue, 1, uint.MaxValue),
        };
        return (await recordings.OpenAsync(caller.Actor, id, part, cancellationToken)).Match(chunks => new RecordingContent(chunks));
    }

    private static async Task<IResult> Outline(string id, Caller caller, IRecordingService recordings, HttpContext http, CancellationToken cancellationToken) =>
        (await recordings.OpenAsync(caller.Actor, id, new RecordingPart { First = First(http), Pictures = false }, cancellationToken)).Match(chunks => new RecordingContent(chunks));

    private static uint First(HttpContext http) => (uint)Query.Number(http.Request.Query, "first", 0, 0, uint.MaxValue);

    private static async Task<IResult> Timeline(string id, Caller caller, IRecordingService recordings, CancellationToken cancellationToken) =>
        (await recordings.TimelineAsync(caller.Actor, id, cancellationToken)).Match(marks => new JsonLines<TimelineMark>(marks, $"recording-{id}"));

    private static async Task<IResult> TimelineAsCsv(string id, Caller caller, IRecordingService recordings, CancellationToken cancellationToken) =>
        (await recordings.TimelineAsync(caller.Actor, id, cancellationToken)).Match(marks => new TimelineCsv(marks, $"recording-{id}"));

    private static async Task<IResult> Delete(string id, Caller caller, IRecordingService recordings, CancellationToken cancellationToken) =>
        (await recordings.DeleteAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());
}
