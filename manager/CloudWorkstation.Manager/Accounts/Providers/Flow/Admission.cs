using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Lets a person in whom a provider has vouched for: the settings admit them, they have an account, and whatever comes after a first factor.</summary>
internal sealed class Admission(ExternalSignIn external, ISignInCompletion completion, OutsideSessions outsides, SecretSeal seal)
{
    /// <param name="provider">Who vouches.</param>
    /// <param name="method">As the audit trail calls it.</param>
    /// <param name="person">For whom.</param>
    /// <param name="idToken">To show to the provider when the person signs out; null when there is none.</param>
    /// <param name="client">From where.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<SignInStep>> AdmitAsync(
        ProviderSettings provider, string method, FoundPerson person, string? idToken, Client client, CancellationToken cancellationToken)
    {
        if (!ProviderPerson.IsAdmitted(provider, person.Identity, person.EmailIsVerified))
        {
            return ProviderProblems.NotAdmitted;
        }

        var account = await external.ResolveAsync(person.Identity, client.Address, cancellationToken);
        if (account.Problem is { } problem)
        {
            return problem;
        }

        var token = idToken is null ? null : seal.Seal(OutsideSessions.Purpose, provider.Source, idToken);
        var outside = new OutsideSession(provider.Source, person.Identity.Subject, person.SessionId, token);
        await outsides.RememberAsync(outside, account.Value.Id, cancellationToken);
        return await completion.CompleteAsync(account.Value.Id, method, outside, client.Address, client.UserAgent, cancellationToken);
    }
}
