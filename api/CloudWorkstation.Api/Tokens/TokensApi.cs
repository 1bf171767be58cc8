using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Tokens;

/// <summary>API tokens: my own, and those of service accounts.</summary>
public static class TokensApi
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapGet("", List).NeedsScope(Permissions.AccountsRead).Describe("ListTokens", "List API tokens", "Mine; administrators name another `account`.")
            .Reads<string>("account", "Account id (administrators).").Answers<ListOf<TokenModel>>(200, "Newest first.").Refuses("forbidden", "not_found", "invalid");
        tokens.MapPost("", Create).NotByToken()
            .Describe("CreateApiToken", "Make an API token", "For me, or for a service account. Its text is in this answer and nowhere else. `Authorization: Bearer` with it works below `/api`.")
            .Takes<CreateTokenRequest>().Answers<CreatedTokenAnswer>(201, "Made; shown this once.").Refuses("forbidden", "proof_required", "account_disabled", "not_found", "busy");
        tokens.MapDelete("/{id}", Revoke).NotByToken().Describe("RevokeToken", "Revoke an API token", "In force with the next request; its live streams end.")
            .Answers(204, "Revoked.").Refuses("not_found", "busy");
    }

    private static async Task<IResult> List(Caller caller, IApiTokens tokens, HttpContext http, CancellationToken cancellationToken)
    {
        var account = Query.Identifier(http.Request.Query, "account") ?? caller.Actor.AccountId;
        return (await tokens.ListAsync(caller.Actor, account, cancellationToken)).Match(found => Results.Ok(new ListOf<TokenModel>([.. found.Select(TokenModel.From)])));
    }

    private static async Task<IResult> Create(JsonBody<CreateTokenRequest> body, Caller caller, IApiTokens tokens, CancellationToken cancellationToken)
    {
        var wanted = new CreateToken(body.Value.Name, body.Value.Scopes, body.Value.ExpiresAt, body.Value.Account);
        return (await tokens.CreateAsync(caller.Actor, wanted, cancellationToken))
            .Match(made => Results.Created((string?)null, new CreatedTokenAnswer(made.Text, TokenModel.From(made.Token))));
    }

    private static async Task<IResult> Revoke(string id, Caller caller, IApiTokens tokens, CancellationToken cancellationToken) =>
        (await tokens.RevokeAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());
}

public sealed record CreateTokenRequest
{
    public required string Name { get; init; }

    /// <value><c>read</c> (everything, changing nothing) and names of permissions. They narrow what the account may do.</value>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <value>Id of a service account; left out for my own.</value>
    public string? Account { get; init; }
}

/// <param name="Text">The token itself; kept nowhere.</param>
/// <param name="Token">What is known of it.</param>
public sealed record CreatedTokenAnswer(string Text, TokenModel Token);

/// <param name="Id">For revoking it.</param>
/// <param name="Account">For whom it speaks: account id.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Prefix">How its text begins.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ExpiresAt">Its end.</param>
/// <param name="Valid">False once it has expired or its account was disabled.</param>
/// <param name="LastUsedAt">To the minute; null when it never was.</param>
/// <param name="LastUsedFrom">Client address then.</param>
public sealed record TokenModel(
    string Id,
    string Account,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset ExpiresAt,
    bool Valid,
    DateTimeOffset? LastUsedAt,
    string? LastUsedFrom)
{
    public static TokenModel From(ApiTokenInfo t) =>
        new(t.Id, t.AccountId, t.Name, t.Prefix, t.Scopes, t.CreatedAt, t.CreatedBy, t.ExpiresAt, t.Valid, t.LastUsedAt, t.LastUsedFrom);
}
