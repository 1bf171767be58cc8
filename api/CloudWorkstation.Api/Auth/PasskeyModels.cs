using System.Text.Json;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth;

/// <summary>The first half of a ceremony; a cookie that scripts cannot read carries the rest to the second.</summary>
/// <param name="Options">For <c>navigator.credentials</c>, in WebAuthn's JSON: binary members are base64url.</param>
/// <param name="ExpiresAt">The answer must be here by then.</param>
public sealed record PasskeyOptionsAnswer(JsonElement Options, DateTimeOffset ExpiresAt)
{
    internal static PasskeyOptionsAnswer From(PasskeyCeremony ceremony) => new(JsonElement.Parse(ceremony.OptionsJson), ceremony.ExpiresAt);
}

public sealed record PasskeySignInRequest
{
    public required PasskeyAssertion Assertion { get; init; }
}
