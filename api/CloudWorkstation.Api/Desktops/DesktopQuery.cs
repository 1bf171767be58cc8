using CloudWorkstation.Api.Http;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Desktops;

/// <summary>The filters of desktops in an address.</summary>
internal static class DesktopQuery
{
    public static RouteHandlerBuilder ReadsFilter(this RouteHandlerBuilder builder) => builder
        .Reads<string>("owner", "`*`, a user name or an account id (those who see everyone's).").Reads<DesktopStatus>("status", "Only those in this state.")
        .Reads<string>("template", "Only those of this template.").Reads<string>("q", "Part of the name or the id.")
        .Reads<DateTimeOffset>("createdBefore", "Only older ones.").Reads<DateTimeOffset>("unusedSince", "Only those that nobody was connected to since.");

    public static DesktopFilter Read(IQueryCollection query)
    {
        var owner = Query.Text(query, "owner") == "*" ? "*" : Query.Identifier(query, "owner");
        return new DesktopFilter
        {
            Owner = owner == "*" ? null : owner,
            Everyone = owner == "*",
            Status = Query.Choice<DesktopStatus>(query, "status"),
            Template = Query.Identifier(query, "template"),
            Search = Query.Text(query, "q"),
            CreatedBefore = Query.Time(query, "createdBefore"),
            UnusedSince = Query.Time(query, "unusedSince"),
        };
    }
}
