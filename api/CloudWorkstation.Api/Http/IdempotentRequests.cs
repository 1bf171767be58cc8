using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access;

namespace CloudWorkstation.Api.Http;

/// <summary>What a creating endpoint can do with a key's reservation.</summary>
public interface IIdempotentCreation
{
    /// <summary>Creates, under the reserved id where there is one.</summary>
    Task<Outcome<RememberedAnswer>> CreateAsync(string? reservedId, CancellationToken cancellationToken);

    /// <summary>What an earlier, unanswered request created under the id; null when it came to nothing.</summary>
    Task<RememberedAnswer?> FindAsync(string reservedId, CancellationToken cancellationToken);
}

/// <summary>
/// Runs a creating request once per account and Idempotency-Key, and answers repetitions as the first was. Repetitions that arrive while
/// the first is under way wait for it; refusals are not remembered, for they created nothing.
/// </summary>
public sealed class IdempotentRequests(IdempotencyKeys keys) : IDisposable
{
    private const string Header = "Idempotency-Key";
    private const int MaximumLength = 128;

    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IResult> RunAsync(
        HttpContext http, Actor actor, ReadOnlyMemory<byte> body, Func<string> newId, IIdempotentCreation creation, CancellationToken cancellationToken)
    {
        if (KeyOf(http.Request) is not { } key)
        {
            return Answer(http, await creation.CreateAsync(null, cancellationToken));
        }

        var lane = lanes[(uint)HashCode.Combine(actor.AccountId, key) % lanes.Length];
        await lane.WaitAsync(cancellationToken);
        try
        {
            var claim = await keys.ClaimAsync(actor.AccountId, key, Fingerprint(http.Request, body.Span), newId, cancellationToken);
            return Answer(http, claim.Succeeded ? await RunAsync(claim.Value, creation, cancellationToken) : claim.Problem!);
        }
        finally
        {
            lane.Release();
        }
    }

    public void Dispose()
    {
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }
    }

    private async Task<Outcome<RememberedAnswer>> RunAsync(IdempotencyClaim claim, IIdempotentCreation creation, CancellationToken cancellationToken)
    {
        if (claim.Request.Answer is { } remembered)
        {
            return remembered;
        }

        var reserved = claim.Request.ReservedId;
        var found = claim.Fresh ? null : await creation.FindAsync(reserved, cancellationToken);
        Outcome<RememberedAnswer> outcome = found is not null ? found : await creation.CreateAsync(reserved, cancellationToken);
        if (outcome.Problem?.Kind == ProblemKind.Conflict && await creation.FindAsync(reserved, cancellationToken) is { } other)
        {
            // An equal request that another process took was quicker.
            outcome = other;
        }

        // From here on the client may leave: what was created has to be remembered all the same.
        if (outcome.Succeeded)
        {
            await keys.CompleteAsync(claim, outcome.Value, CancellationToken.None);
        }
        else
        {
            await keys.ReleaseAsync(claim, CancellationToken.None);
        }

        return outcome;
    }

    private static IResult Answer(HttpContext http, Outcome<RememberedAnswer> outcome) => outcome.Match(answer =>
    {
        if (answer.Location is not null)
        {
            http.Response.Headers.Location = answer.Location;
        }

        return Results.Json(answer.Body, statusCode: answer.Status);
    });

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers[Header];
        if (header.Count == 0)
        {
            return null;
        }

        return header is [{ Length: > 0 and <= MaximumLength } key] && key.All(c => c is >= ' ' and <= '~')
            ? key
            : throw new ProblemException(HttpProblem.Of("malformed_idempotency_key"));
    }

    private static string Fingerprint(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.Method + " " + request.Path + "\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
