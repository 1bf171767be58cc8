using System.Text.Json;
using CloudWorkstation.Manager.Accounts.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

/// <summary>
/// WebAuthn itself: ASP.NET Core Identity's handler over our accounts. Its interface wants an HTTP request; it gets an empty one, because domain and
/// origin come from the settings and everything else from the arguments. This is the one place where the manager names HTTP.
/// </summary>
internal sealed class PasskeyJudge
{
    private readonly PasskeyHandler<AccountRecord> strict;
    private readonly PasskeyHandler<AccountRecord> lenient;

    public PasskeyJudge(AccountManager accounts, PasskeyDomain domain)
    {
        strict = new PasskeyHandler<AccountRecord>(accounts, Settings(domain, "required"));
        lenient = new PasskeyHandler<AccountRecord>(accounts, Settings(domain, "preferred"));
    }

    /// <summary>The user handle is the account's id: it says nothing about its owner, and stays when the name changes.</summary>
    public Task<PasskeyCreationOptionsResult> OptionsToMakeAsync(AccountRecord account) => lenient.MakeCreationOptionsAsync(
        new PasskeyUserEntity { Id = account.Id, Name = account.UserName, DisplayName = account.DisplayName ?? account.UserName }, new DefaultHttpContext());

    /// <param name="account">Whose keys may answer; null for whoever it is, who must then be verified by the authenticator.</param>
    public Task<PasskeyRequestOptionsResult> OptionsToUseAsync(AccountRecord? account) => For(account is null).MakeRequestOptionsAsync(account, new DefaultHttpContext());

    public Task<PasskeyAttestationResult> AttestAsync(PasskeyAttestation made, string state) => lenient.PerformAttestationAsync(new PasskeyAttestationContext
    {
        HttpContext = new DefaultHttpContext(),
        CredentialJson = JsonSerializer.Serialize(Credential(made.Id, new { clientDataJSON = made.ClientDataJson, attestationObject = made.AttestationObject, transports = made.Transports ?? [] })),
        AttestationState = state,
    });

    /// <param name="used">What the authenticator said.</param>
    /// <param name="state">Of the ceremony.</param>
    /// <param name="verified">The authenticator must have verified its owner.</param>
    public Task<PasskeyAssertionResult<AccountRecord>> AssertAsync(PasskeyAssertion used, string state, bool verified) => For(verified).PerformAssertionAsync(new PasskeyAssertionContext
    {
        HttpContext = new DefaultHttpContext(),
        CredentialJson = JsonSerializer.Serialize(Credential(
            used.Id, new { clientDataJSON = used.ClientDataJson, authenticatorData = used.AuthenticatorData, signature = used.Signature, userHandle = used.UserHandle })),
        AssertionState = state,
    });

    private static object Credential(string id, object response) => new { id, type = "public-key", clientExtensionResults = new { }, response };

    private static IOptions<IdentityPasskeyOptions> Settings(PasskeyDomain domain, string verification) => Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = domain.Host,
        UserVerificationRequirement = verification,
        ResidentKeyRequirement = "preferred",
        AttestationConveyancePreference = "none",
        ValidateOrigin = c => ValueTask.FromResult(!c.CrossOrigin && string.Equals(c.Origin, domain.Origin, StringComparison.Ordinal)),
    });

    private PasskeyHandler<AccountRecord> For(bool verified) => verified ? strict : lenient;
}
