using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Api.Access;

/// <summary>Groups → roles → entitlements → templates, and who may do what for which reason.</summary>
public static class AccessApi
{
    private static readonly string[] PutRefusals = ["forbidden", "stale", "busy", "malformed_if_match"];

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("").WithTags("Access").Require(Permissions.AccessRead).Refuses("forbidden");
        read.MapGet("/permissions", ListPermissions).Describe("ListPermissions", "List everything that can be allowed").Answers<ListOf<PermissionModel>>(200, "All of them.");
        read.MapGet("/groups", ListGroups).Describe("ListGroups", "List groups with the roles they give").Paged().Answers<ListOf<GroupModel>>(200, "One page, by name.");
        read.MapGet("/roles", ListRoles).Describe("ListRoles", "List roles with what they allow").Paged().Answers<ListOf<RoleModel>>(200, "One page, by name.");
        read.MapGet("/entitlements", ListEntitlements).Describe("ListEntitlements", "List entitlements").Paged().Answers<ListOf<EntitlementModel>>(200, "One page, by id.");
        read.MapGet("/access/templates/{name}", ExplainTemplate).Describe("ExplainTemplateAccess", "Who can use this template, and why", "By entitlement, role and group.")
            .Answers<ListOf<WayToTemplate>>(200, "Every way to it.").Refuses("not_found");
        routes.MapGet("/access/accounts/{id}", ExplainPerson).WithTags("Access").Describe("ExplainAccountAccess", "What can this person do, and why", "Your own needs no permission.")
            .Answers<AccessOfPerson>(200, "Permissions and entitlements, each with every reason.").Refuses("forbidden", "not_found");

        var manage = routes.MapGroup("").WithTags("Access").Require(Permissions.AccessManage);
        manage.MapPut("/groups", PutGroup).Describe("PutGroup", "Create or replace a group", "In force within a second, without a new sign-in.").Conditional()
            .Takes<PutGroupRequest>().Answers<GroupModel>(200, "As it is now.").Refuses(PutRefusals);
        manage.MapPut("/roles/{name}", PutRole).Describe("PutRole", "Create or replace a role", "Of a built-in role only the entitlements can be changed.").Conditional()
            .Takes<PutRoleRequest>().Answers<RoleModel>(200, "As it is now.").Refuses(PutRefusals);
        manage.MapPut("/entitlements/{id}", PutEntitlement).Describe("PutEntitlement", "Create or replace an entitlement").Conditional()
            .Takes<PutEntitlementRequest>().Answers<EntitlementModel>(200, "As it is now.").Refuses(PutRefusals);
        manage.MapDelete("/groups", RemoveGroup).Describe("DeleteGroup", "Delete a group", "Its members keep what they have otherwise.").Reads<string>("name", "The group's name.")
            .Answers(204, "Gone.").Refuses("forbidden", "not_found", "busy", "invalid");
        manage.MapDelete("/roles/{name}", (string name, Caller caller, IAccessService access, CancellationToken token) => Gone(access.RemoveRoleAsync(caller.Actor, name, token)))
            .Describe("DeleteRole", "Delete a role").Answers(204, "Gone.").Refuses("forbidden", "not_found", "in_use", "busy");
        manage.MapDelete("/entitlements/{id}", (string id, Caller caller, IAccessService access, CancellationToken token) => Gone(access.RemoveEntitlementAsync(caller.Actor, id, token)))
            .Describe("DeleteEntitlement", "Delete an entitlement").Answers(204, "Gone.").Refuses("forbidden", "not_found", "in_use", "busy");
    }

    private static RouteHandlerBuilder Conditional(this RouteHandlerBuilder builder) =>
        builder.ReadsHeader("If-Match", "The version it must still have, in quotes; `\"0\"` for one that must not exist yet.");

    private static async Task<IResult> ListPermissions(Caller caller, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ReadAsync(caller.Actor, cancellationToken)).Match(rules => Results.Ok(new ListOf<PermissionModel>(
        [
            .. Permissions.All.Select(p => new PermissionModel(
                p.Name, p.Description, [.. rules.Roles.Values.Where(r => r.Value.Permissions.Contains(p.Name, StringComparer.Ordinal)).Select(r => r.Value.Name).Order(StringComparer.Ordinal)])),
        ])));

    private static async Task<IResult> ListGroups(Caller caller, PageQuery page, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ReadAsync(caller.Actor, cancellationToken)).Match(rules => NamePages.Answer(rules.Groups, page, GroupModel.From));

    private static async Task<IResult> ListRoles(Caller caller, PageQuery page, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ReadAsync(caller.Actor, cancellationToken)).Match(rules => NamePages.Answer(rules.Roles, page, RoleModel.From));

    private static async Task<IResult> ListEntitlements(Caller caller, PageQuery page, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ReadAsync(caller.Actor, cancellationToken)).Match(rules => NamePages.Answer(rules.Entitlements, page, EntitlementModel.From));

    private static async Task<IResult> ExplainTemplate(string name, Caller caller, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ExplainTemplateAsync(caller.Actor, name, cancellationToken)).Match(ways => Results.Ok(new ListOf<WayToTemplate>([.. ways.Select(WayToTemplate.From)])));

    private static async Task<IResult> ExplainPerson(string id, Caller caller, IAccessService access, CancellationToken cancellationToken) =>
        (await access.ExplainPersonAsync(caller.Actor, id, cancellationToken)).Match(person => Results.Ok(AccessOfPerson.From(person)));

    private static async Task<IResult> PutGroup(JsonBody<PutGroupRequest> body, Caller caller, IAccessService access, HttpContext http, CancellationToken cancellationToken)
    {
        var group = new Group { Name = body.Value.Name, Description = body.Value.Description, Roles = body.Value.Roles };
        return Answer(await access.PutAsync(caller.Actor, group, EntityTags.IfMatch(http.Request), cancellationToken), GroupModel.From, http);
    }

    private static async Task<IResult> PutRole(
        string name, JsonBody<PutRoleRequest> body, Caller caller, IAccessService access, HttpContext http, CancellationToken cancellationToken)
    {
        var role = new Role { Name = name, Description = body.Value.Description, Permissions = body.Value.Permissions, Entitlements = body.Value.Entitlements };
        return Answer(await access.PutAsync(caller.Actor, role, EntityTags.IfMatch(http.Request), cancellationToken), RoleModel.From, http);
    }

    private static async Task<IResult> PutEntitlement(
        string id, JsonBody<PutEntitlementRequest> body, Caller caller, IAccessService access, HttpContext http, CancellationToken cancellationToken)
    {
        var entitlement = new Entitlement { Id = id, Description = body.Value.Description, Template = body.Value.Template, Maximum = body.Value.Maximum };
        return Answer(await access.PutAsync(caller.Actor, entitlement, EntityTags.IfMatch(http.Request), cancellationToken), EntitlementModel.From, http);
    }

    private static Task<IResult> RemoveGroup(Caller caller, IAccessService access, HttpContext http, CancellationToken cancellationToken) =>
        Query.Text(http.Request.Query, "name") is { } name
            ? Gone(access.RemoveGroupAsync(caller.Actor, name, cancellationToken))
            : throw Query.Invalid("name", "Say which group in 'name'.");

    private static async Task<IResult> Gone(Task<Outcome<bool>> removal) => (await removal).Match(_ => Results.NoContent());

    private static IResult Answer<T, TModel>(Outcome<AccessView<T>> outcome, Func<AccessView<T>, TModel> model, HttpContext http) => outcome.Match(view =>
    {
        EntityTags.Set(http.Response, view.Version);
        return Results.Ok(model(view));
    });
}
