using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Templates;

/// <summary>What desktops can be made from.</summary>
public static class TemplatesApi
{
    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup("/templates").WithTags("Templates").NeedsScope(Permissions.DesktopsUse, Permissions.TemplatesAuthor);
        templates.MapGet("", List).Describe("ListTemplates", "List templates", "With the quota that is used and left. Administrators add `all=true` to see broken ones and why.")
            .Reads<bool>("all", "Administrators: with broken templates.").Answers<TemplateList>(200, "All of them.").Refuses("forbidden", "invalid");
        templates.MapGet("/{name}", Get).Describe("GetTemplate", "Read one template").Answers<OfferedTemplate>(200, "The template.").Refuses("not_found");
        templates.MapGet("/{name}/versions", Versions).Describe("ListTemplateVersions", "List a template's versions", "Newest first.")
            .Answers<ListOf<TemplateVersion>>(200, "All of them.").Refuses("not_found");
        templates.MapPost("/reload", Reload).NeedsScope(Permissions.TemplatesAuthor).Describe("ReloadTemplates", "Read the templates directory again").Require(Permissions.TemplatesAuthor).Answers(204, "Read.").Refuses("forbidden");
    }

    private static async Task<IResult> List(
        Caller caller, ITemplateCatalogue catalogue, IDesktopService desktops, TemplateScreens screens, HttpContext http, CancellationToken cancellationToken)
    {
        var all = Query.Text(http.Request.Query, "all") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Query.Invalid("all", "'all' must be true or false."),
        };
        if (all && !caller.Actor.May(Permissions.TemplatesAuthor))
        {
            return HttpProblem.Of("forbidden", "Your roles do not let you see broken templates.");
        }

        var quota = await desktops.QuotaAsync(caller.Actor, cancellationToken);
        var entries = catalogue.Entries;
        return Results.Ok(new TemplateList(
            [.. entries.Where(e => e.Template is not null && IsOffered(caller.Actor, e.Template)).Select(e => OfferedTemplate.From(e.Template!, quota, screens))],
            all ? [.. entries.Where(e => e.Problems.Count > 0).Select(e => new BrokenTemplate(e.Name, e.Problems))] : null));
    }

    private static async Task<IResult> Get(
        string name, Caller caller, ITemplateCatalogue catalogue, IDesktopService desktops, TemplateScreens screens, CancellationToken cancellationToken) =>
        catalogue.Find(name) is { } template && IsOffered(caller.Actor, template)
            ? Results.Ok(OfferedTemplate.From(template, await desktops.QuotaAsync(caller.Actor, cancellationToken), screens))
            : HttpProblem.From(Problem.NotFound("template", name));

    private static IResult Versions(string name, Caller caller, ITemplateCatalogue catalogue)
    {
        var template = catalogue.Find(name);
        var versions = (template is null ? caller.Actor.May(Permissions.TemplatesAuthor) : IsOffered(caller.Actor, template)) ? catalogue.Versions(name) : [];
        var current = template?.Version;
        return versions.Count == 0
            ? HttpProblem.From(Problem.NotFound("template", name))
            : Results.Ok(new ListOf<TemplateVersion>([.. versions.Select(v => new TemplateVersion(v.Version, v.LoadedAt, string.Equals(v.Version, current, StringComparison.Ordinal)))]));
    }

    /// <summary>Who is not entitled to a template does not learn of it, unless they look after all of them.</summary>
    private static bool IsOffered(Actor actor, Template template) =>
        actor.Access.Limit(template.Name, template.MaximumPerUser) > 0 || actor.May(Permissions.TemplatesAuthor);

    private static async Task<IResult> Reload(Caller caller, ITemplateCatalogue catalogue, IAuditLog audit, CancellationToken cancellationToken)
    {
        await catalogue.ReloadAsync(cancellationToken);
        await audit.RecordAsync(caller.Actor, AuditActions.TemplatesReload, "templates/all", AuditResults.Accepted, null, cancellationToken);
        return Results.NoContent();
    }
}
