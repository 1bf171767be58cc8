using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Access;

/// <summary>What a creating request was answered with.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Location">Where to go on; null for nowhere.</param>
/// <param name="Body">The answer's JSON; without anything secret, because it is stored.</param>
public sealed record RememberedAnswer(int Status, string? Location, JsonElement Body);

/// <summary>A creating request that carried a key.</summary>
public sealed record RememberedRequest
{
    /// <value>Hash of account and key.</value>
    public required string Id { get; init; }

    /// <value>Hash of method, path and body: another request under the same key is a mistake of the caller.</value>
    public required string Fingerprint { get; init; }

    /// <value>The id that whatever is created gets, chosen before anything is: a repetition after a crash finds it by this.</value>
    public required string ReservedId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <value>Null while the first request is under way, or when it never came to an end.</value>
    public RememberedAnswer? Answer { get; init; }
}

/// <summary>A key that is held by the caller.</summary>
/// <param name="Request">As stored.</param>
/// <param name="Version">Its version.</param>
/// <param name="Fresh">The caller is the first; otherwise it repeats a request.</param>
public sealed record IdempotencyClaim(RememberedRequest Request, long Version, bool Fresh);

/// <summary>
/// Remembers creating requests for a day, so that a client that did not hear the answer can ask again without creating twice. The key is
/// reserved in a conditional write before anything is created.
/// </summary>
public sealed class IdempotencyKeys(IDocumentStore store, TimeProvider time)
{
    public static readonly CollectionDefinition Definition = new("idempotency");

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Collection<RememberedRequest> requests = new(store, Definition, r => r.Id);

    /// <summary>Reserves the key, or finds what it stands for. A key used for another request is a problem.</summary>
    public async Task<Outcome<IdempotencyClaim>> ClaimAsync(string account, string key, string fingerprint, Func<string> newId, CancellationToken cancellationToken)
    {
        var id = Hash(account + "\n" + key);
        while (true)
        {
            var stored = await requests.GetAsync(id, cancellationToken);
            if (stored is { } found && time.GetUtcNow() - found.Value.At < Lifetime)
            {
                return string.Equals(found.Value.Fingerprint, fingerprint, StringComparison.Ordinal)
                    ? new IdempotencyClaim(found.Value, found.Version, Fresh: false)
                    : new Problem(ProblemKind.Invalid, "idempotency_key_reused", "This Idempotency-Key came with another request before; use a new one.");
            }

            var request = new RememberedRequest { Id = id, Fingerprint = fingerprint, ReservedId = newId(), At = time.GetUtcNow() };
            var write = stored is null ? requests.Add(request, request.At + Lifetime) : requests.Replace(request, stored.Version, request.At + Lifetime);
            if ((await store.CommitAsync([write], cancellationToken)).Committed)
            {
                return new IdempotencyClaim(request, (stored?.Version ?? 0) + 1, Fresh: true);
            }
        }
    }

    /// <summary>Keeps the answer. Losing a race against an equal request is fine: both created the same.</summary>
    public Task CompleteAsync(IdempotencyClaim claim, RememberedAnswer answer, CancellationToken cancellationToken) =>
        store.CommitAsync([requests.Replace(claim.Request with { Answer = answer }, claim.Version, claim.Request.At + Lifetime)], cancellationToken);

    /// <summary>Nothing was created: the key may be used again.</summary>
    public Task ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellationToken) =>
        store.CommitAsync([requests.Remove(claim.Request.Id, claim.Version)], cancellationToken);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

public static class IdempotencyServices
{
    public static IServiceCollection AddIdempotencyKeys(this IServiceCollection services) => services
        .AddSingleton(IdempotencyKeys.Definition)
        .AddSingleton<IdempotencyKeys>();
}
