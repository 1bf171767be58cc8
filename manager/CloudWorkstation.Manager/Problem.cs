using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Manager;

/// <summary>What sort of refusal a <see cref="Problem"/> is. The api turns each into one HTTP status.</summary>
public enum ProblemKind
{
    /// <summary>400: the request cannot be understood.</summary>
    Malformed,

    /// <summary>422: the request is understood and a field breaks a rule; <see cref="Problem.Errors"/> names each.</summary>
    Invalid,

    /// <summary>401: who asks is unknown, or no longer valid.</summary>
    Unauthenticated,

    /// <summary>403: known, but not allowed.</summary>
    Forbidden,

    /// <summary>404: does not exist, or is not the asker's.</summary>
    NotFound,

    /// <summary>409: clashes with what is going on now.</summary>
    Conflict,

    /// <summary>412: the version the caller holds (If-Match) is not the current one.</summary>
    Stale,

    /// <summary>429: a quota or a rate is used up.</summary>
    Exhausted,

    /// <summary>503: a part that is needed does not answer.</summary>
    Unavailable,

    /// <summary>507: the disk that holds the data is full.</summary>
    StorageFull,
}

/// <summary>One field that breaks a rule.</summary>
/// <param name="Field">JSON path as the caller wrote it, for example <c>parameters.geometry</c>.</param>
/// <param name="Message">Names the limit, the actual value where it is no secret, and the fix.</param>
public sealed record FieldError(string Field, string Message);

/// <summary>An expected refusal. Bugs and I/O faults are exceptions; this is not.</summary>
/// <param name="Kind">Sort of refusal.</param>
/// <param name="Code">Stable snake_case name that programs may depend on, for example <c>quota_exceeded</c>.</param>
/// <param name="Detail">One sentence for a person: what is wrong and what to do.</param>
public sealed record Problem(ProblemKind Kind, string Code, string Detail)
{
    /// <value>Every broken rule at once; empty where the problem is not about fields.</value>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <value>Further members of the problem document, for example <c>operation</c>.</value>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();

    public static Problem NotFound(string what, string id) => new(ProblemKind.NotFound, "not_found", $"There is no {what} '{id}' that you may see.");

    public static Problem Invalid(params IReadOnlyList<FieldError> errors) =>
        new(ProblemKind.Invalid, "invalid", errors.Count == 1 ? errors[0].Message : $"{errors.Count} fields need attention.") { Errors = errors };
}

/// <summary>A value, or the <see cref="Problem"/> that stands in its way.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    public Problem? Problem { get; }

    public bool Succeeded => Problem is null;

    /// <exception cref="InvalidOperationException">There is a problem instead.</exception>
    public T Value => Problem is null ? value! : throw new InvalidOperationException($"No value: {Problem.Code}: {Problem.Detail}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);

    public static Outcome<T> From(T value) => new(value, null);
}

/// <summary>Who asks. Made by the api from a verified session, never from a header.</summary>
/// <param name="AccountId">Stable id.</param>
/// <param name="UserName">As shown.</param>
/// <param name="Roles"><c>user</c>, <c>admin</c>.</param>
/// <param name="Groups">For entitlements.</param>
/// <param name="SessionId">Null for the system itself.</param>
/// <param name="Address">Client address for the audit trail; null when unknown.</param>
public sealed record Actor(
    string AccountId,
    string UserName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Groups,
    string? SessionId = null,
    string? Address = null)
{
    /// <value>The account has to choose a new password before anything else.</value>
    public bool MustChangePassword { get; init; }

    /// <value>The API token that speaks for the account; null in a session.</value>
    public TokenGrant? Token { get; init; }

    /// <value>What the person may do; worked out from the product's own rules where nobody has set it.</value>
    public EffectiveAccess Access { get => field ?? AccessRules.BuiltIn.Of(Roles, Groups); init; }

    /// <summary>Whether this is the account's own person.</summary>
    public bool Is(string? accountId) => string.Equals(AccountId, accountId, StringComparison.Ordinal);

    /// <summary>Whether the person may do this; <see cref="Permissions"/> has the names.</summary>
    public bool May(string permission) => Access.Allows(permission);

    /// <value>The product itself: sweeper, repair after a restart.</value>
    public static Actor System { get; } = new("system", "system", ["admin"], []);
}

/// <summary>An API token in use.</summary>
/// <param name="Id">The token.</param>
/// <param name="Scopes">What it is limited to; <see cref="Actor.Access"/> is narrowed already.</param>
public sealed record TokenGrant(string Id, IReadOnlyList<string> Scopes);
