using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>A registration as stored.</summary>
internal sealed record RegistrationRecord
{
    public required string Id { get; init; }

    public RegistrationState State { get; init; }

    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    /// <value>Normalized.</value>
    public required string Email { get; init; }

    public required string Target { get; init; }

    /// <value>For a local account: hashed as accounts' are. Gone once the account has it, or the registration ends.</value>
    public string? PasswordHash { get; init; }

    /// <value>For a directory, which hashes itself: sealed under this document's id. Gone at the same moments.</value>
    public string? SealedPassword { get; init; }

    /// <value>Hash of the secret in the mail's link; null once it is used.</value>
    public string? LinkHash { get; init; }

    /// <value>Hash of the secret with which the person asks how it goes on.</value>
    public string? TicketHash { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    /// <value>While it waits for a person: when that is over.</value>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <value>The fencing token of creation in a directory.</value>
    public int Attempts { get; init; }

    /// <value>An attempt is under way, unless <see cref="NextAttemptAt"/> has passed.</value>
    public bool Running { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? Failure { get; init; }

    /// <value>The directory has somebody else of this name.</value>
    public bool IsNameTaken { get; init; }

    public string? DecidedBy { get; init; }

    public string? Reason { get; init; }

    public string? AccountId { get; init; }

    public bool HasEnded => State is RegistrationState.Created or RegistrationState.Refused or RegistrationState.Cancelled;

    /// <summary>Without any secret but the one to ask how it went.</summary>
    public RegistrationRecord Ended(RegistrationState state) => this with
    {
        State = state,
        PasswordHash = null,
        SealedPassword = null,
        LinkHash = null,
        Running = false,
        NextAttemptAt = null,
    };

    public RegistrationView ToView() => new()
    {
        Id = Id,
        State = State,
        UserName = UserName,
        DisplayName = DisplayName,
        Email = Email,
        Target = Target,
        RequestedAt = RequestedAt,
        VerifiedAt = VerifiedAt,
        Attempts = Attempts,
        NextAttemptAt = Running ? null : NextAttemptAt,
        Failure = Failure,
        DecidedBy = DecidedBy,
        Reason = Reason,
        AccountId = AccountId,
    };

    public RegistrationProgress ToProgress() => new(State, UserName, Detail, Attempts, Running ? null : NextAttemptAt);

    /// <summary>The directory's own words are for administrators.</summary>
    private string? Detail => State switch
    {
        RegistrationState.Refused => Reason,
        RegistrationState.Creating when Failure is not null => "The directory does not answer yet; it is tried again.",
        RegistrationState.Failed when IsNameTaken => "The user name is taken in the directory. An administrator sees it and can give you another.",
        RegistrationState.Failed => "The account could not be made. An administrator sees it and can try again.",
        _ => null,
    };
}

/// <summary>Holds an e-mail address for one registration that was verified, so that two links cannot make two accounts of it.</summary>
/// <param name="Id">Hash of the address.</param>
/// <param name="RegistrationId">Whose it is.</param>
/// <param name="AccountId">The local account, once there is one.</param>
internal sealed record AddressClaim(string Id, string RegistrationId, string? AccountId)
{
    public static string IdOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())));
}

/// <summary>The collections: registrations by what they wait for, and held addresses.</summary>
internal sealed class RegistrationDocuments(IDocumentStore store)
{
    public const string ByState = "state";
    public const string Open = "open";
    public const string Due = "due";
    public const string Expiring = "expiring";

    /// <summary>For administrators to look back.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    public static CollectionDefinition Definition { get; } = new("registrations", ByState, Due);

    public static CollectionDefinition AddressesDefinition { get; } = new("registered-addresses");

    public Collection<RegistrationRecord> Registrations { get; } = new(store, Definition, r => r.Id, Indexes);

    public Collection<AddressClaim> Addresses { get; } = new(store, AddressesDefinition, a => a.Id);

    public IDocumentStore Store => store;

    public DocumentWrite Add(RegistrationRecord registration) => Registrations.Add(registration, registration.ExpiresAt);

    public DocumentWrite Replace(RegistrationRecord registration, long version, DateTimeOffset now) =>
        Registrations.Replace(registration, version, registration.HasEnded ? now + KeptAfterEnd : registration.State == RegistrationState.Unverified ? registration.ExpiresAt : null);

    /// <summary>Those whose time has come: to ask the directory, or to be forgotten.</summary>
    public async Task<IReadOnlyList<Versioned<RegistrationRecord>>> DueAsync(string what, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await Registrations.QueryAsync(Registrations.Query(Due, what) with { To = Sortable(now.AddMilliseconds(1)), Limit = 50 }, cancellationToken)).Items;

    /// <summary>When a directory has to be asked next; null when none has.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken) =>
        (await Registrations.QueryAsync(Registrations.Query(Due, Due) with { Limit = 1 }, cancellationToken)).Items is [var first] ? first.Value.NextAttemptAt : null;

    public async Task<Versioned<AddressClaim>?> ClaimOfAsync(string email, CancellationToken cancellationToken) =>
        await Addresses.GetAsync(AddressClaim.IdOf(email), cancellationToken);

    private static IEnumerable<IndexEntry> Indexes(RegistrationRecord registration)
    {
        if (registration.State != RegistrationState.Unverified)
        {
            yield return new IndexEntry(ByState, registration.State.ToString(), registration.Id);
        }

        if (registration.State is RegistrationState.Creating && registration.NextAttemptAt is { } next)
        {
            yield return new IndexEntry(Due, Due, Sortable(next));
        }
        else if (registration.State is RegistrationState.Unverified or RegistrationState.Approval or RegistrationState.Failed)
        {
            yield return new IndexEntry(Due, Expiring, Sortable(registration.ExpiresAt));
        }
    }

    private static string Sortable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
}
