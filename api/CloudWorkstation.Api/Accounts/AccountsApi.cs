using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Administration;

namespace CloudWorkstation.Api.Accounts;

/// <summary>Accounts, for administrators.</summary>
public static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/accounts").WithTags("Accounts").Refuses("forbidden");
        accounts.MapGet("", List).Require(Permissions.AccountsRead).Describe("ListAccounts", "List accounts").Reads<string>("q", "Part of the user name, the display name or the email address.")
            .Reads<bool>("disabled", "Only disabled, or only enabled ones.").Reads<bool>("locked", "Only those that are locked out now.").Reads<string>("role", "Has this role itself.")
            .Reads<string>("group", "Is in this group.").Reads<string>("source", "`local`, or a provider or directory such as `oidc:NAME`.").Paged()
            .Answers<ListOf<AccountModel>>(200, "One page.");
        accounts.MapPost("", Create).Require(Permissions.AccountsManage).Describe("CreateAccount", "Create an account", "User names are unique, so a repetition is refused and creates nothing.")
            .Takes<CreateAccountRequest>().Answers<AccountAnswer>(201, "Created; a generated password is shown this once.").Refuses("busy", "service_account");
        accounts.MapGet("/{id}", Get).Require(Permissions.AccountsRead).Describe("GetAccount", "Read one account", "`ETag` is its version.").Answers<AccountModel>(200, "The account.").Refuses("not_found");
        accounts.MapPatch("/{id}", Change).Require(Permissions.AccountsManage).Describe("ChangeAccount", "Change, disable or re-role an account, or reset its password", "Disabling and re-roling end its sessions at once.")
            .ReadsHeader("If-Match", "The `ETag` it must still have.").Takes<ChangeAccountRequest>()
            .Answers<AccountAnswer>(200, "Changed.").Refuses("not_found", "last_admin", "busy", "stale", "malformed_if_match", "service_account");
        accounts.MapAccountAdministration();
    }

    private static async Task<IResult> List(
        Caller caller, PageQuery page, IAccountAdministration accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var filter = new AccountFilter
        {
            Search = Query.Text(query, "q"),
            Disabled = Query.Flag(query, "disabled"),
            Locked = Query.Flag(query, "locked"),
            Role = Query.Text(query, "role"),
            Group = Query.Text(query, "group"),
            Source = Query.Text(query, "source"),
            Limit = page.Limit,
            Cursor = page.Cursor,
        };
        var outcome = await accounts.ListAsync(caller.Actor, filter, cancellationToken);
        return outcome.Match(found => Results.Ok(new ListOf<AccountModel>([.. found.Items.Select(AccountModel.From)], found.Cursor)));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateAccountRequest> body, Caller caller, IAccountService accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var wanted = body.Value;
        var request = new CreateAccount(wanted.UserName, wanted.DisplayName, wanted.Email, wanted.Password, wanted.Roles ?? ["user"])
        {
            Groups = wanted.Groups,
            Kind = wanted.Kind ?? AccountKind.Person,
            Purpose = wanted.Purpose,
        };
        var outcome = await accounts.CreateAsync(caller.Actor, request, cancellationToken);
        return outcome.Match(created =>
        {
            EntityTags.Set(http.Response, created.Account.Version);
            return Results.Created("/api/v1/accounts/" + created.Account.Account.Id, AccountAnswer.From(created));
        });
    }

    private static async Task<IResult> Get(string id, Caller caller, IAccountService accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await accounts.GetAsync(caller.Actor, id, cancellationToken);
        return outcome.Match(found =>
        {
            EntityTags.Set(http.Response, found.Version);
            return Results.Ok(AccountModel.From(found));
        });
    }

    private static async Task<IResult> Change(
        string id, JsonBody<ChangeAccountRequest> body, Caller caller, IAccountService accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var wanted = body.Value;
        var change = new ChangeAccount
        {
            DisplayName = wanted.DisplayName,
            Email = wanted.Email,
            Roles = wanted.Roles,
            Groups = wanted.Groups,
            Disabled = wanted.Disabled,
            Purpose = wanted.Purpose,
            ResetPassword = wanted.ResetPassword ?? false,
            IfVersion = EntityTags.IfMatch(http.Request),
        };
        var outcome = await accounts.ChangeAsync(caller.Actor, id, change, cancellationToken);
        return outcome.Match(changed =>
        {
            EntityTags.Set(http.Response, changed.Account.Version);
            return Results.Ok(AccountAnswer.From(changed));
        });
    }
}
