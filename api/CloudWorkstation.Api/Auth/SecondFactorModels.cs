using CloudWorkstation.Api.Accounts;
using CloudWorkstation.Manager.Accounts;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Auth;

/// <summary>The code, and for REST clients the challenge; a browser carries it in a cookie.</summary>
public sealed record SecondFactorRequest
{
    public string? Challenge { get; init; }

    /// <value>Six digits of the authenticator app, or a recovery code.</value>
    public required string Code { get; init; }
}

/// <summary>For REST clients; a browser sends <c>{}</c> and carries the challenge in a cookie.</summary>
public sealed record ChallengeRequest
{
    public string? Challenge { get; init; }
}

/// <summary>Whose sign-in waits.</summary>
/// <param name="UserName">Who.</param>
/// <param name="MustEnrol">The second factor is to be set up first.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="App">A code of an authenticator app will do.</param>
/// <param name="Passkey">A passkey will do.</param>
public sealed record ChallengeAnswer(string UserName, bool MustEnrol, DateTimeOffset ExpiresAt, bool App, bool Passkey);

/// <summary>What an authenticator app needs.</summary>
/// <param name="Secret">For those who type it: base 32, time-based, SHA-1, six digits, thirty seconds.</param>
/// <param name="Uri">The same as a key URI.</param>
/// <param name="Qr">The same as an SVG image for the app's camera.</param>
/// <param name="ExpiresAt">Until then a code of it is taken.</param>
public sealed record EnrolmentAnswer(string Secret, string Uri, string Qr, DateTimeOffset ExpiresAt);

/// <summary>Makes the picture for the app.</summary>
public sealed class EnrolmentAnswers(IOptions<ApiSettings> settings)
{
    private readonly string host = new Uri(settings.Value.PublicOrigin).Authority;

    public EnrolmentAnswer Of(Enrolment enrolment)
    {
        var uri = QrCodes.Uri(enrolment.Secret, enrolment.UserName, host);
        return new EnrolmentAnswer(enrolment.Secret, uri, QrCodes.Svg(uri), enrolment.ExpiresAt);
    }
}

/// <param name="RecoveryCodes">Each good once, in place of a code of the app; shown this once.</param>
public sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes);

/// <summary>Signed in.</summary>
/// <param name="Account">Who.</param>
/// <param name="SessionExpiresAt">When the session token wants to be renewed.</param>
/// <param name="Tokens">For REST clients; a browser has cookies instead.</param>
/// <param name="RecoveryCodes">After the factor was set up on the way; shown this once.</param>
public sealed record SecondFactorAnswer(Me Account, DateTimeOffset SessionExpiresAt, TokenAnswer? Tokens, IReadOnlyList<string> RecoveryCodes);
