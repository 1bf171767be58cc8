using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tests;

namespace CloudWorkstation.Manager.Tests.Accounts;

/// <summary>Somebody with a passkey, at an installation that has a name.</summary>
internal sealed class PasskeyPerson(AccountsHost host, string userName)
{
    public const string Origin = "http://localhost:8080";

    public static IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Accounts:PasswordIterations"] = "1000", ["PublicUrl"] = Origin };

    public Actor Actor { get; private set; } = null!;

    public SoftAuthenticator Key { get; } = new(Origin);

    public AddedPasskey Added { get; private set; } = null!;

    private IPasskeys Passkeys => host.Service<IPasskeys>();

    private IPasskeySignIn SignIn => host.Service<IPasskeySignIn>();

    public static async Task<PasskeyPerson> WithKeyAsync(AccountsHost host, string userName, params string[] roles)
    {
        await host.CreateAsync(userName, AccountsHost.GoodPassword, roles);
        var person = new PasskeyPerson(host, userName);
        await person.EnterAsync();
        person.Added = (await person.AddAsync()).Value;
        return person;
    }

    public static PasskeyAttestation Attestation(Made made) => new() { Id = made.Id, ClientDataJson = made.ClientDataJson, AttestationObject = made.AttestationObject, Transports = ["internal"] };

    public static PasskeyAssertion Assertion(Used used) =>
        new() { Id = used.Id, ClientDataJson = used.ClientDataJson, AuthenticatorData = used.AuthenticatorData, Signature = used.Signature, UserHandle = used.UserHandle };

    /// <summary>Signs in with the password, as before there was a key.</summary>
    public async Task EnterAsync() => Actor = await host.ActorAsync((await host.SignInAsync(userName)).Value);

    public async Task<Outcome<AddedPasskey>> AddAsync(SoftAuthenticator? key = null, string name = "Laptop")
    {
        var begun = (await Passkeys.BeginAsync(Actor, AccountsHost.Token)).Value;
        return await Passkeys.AddAsync(Actor, begun.Ticket, name, Attestation((key ?? Key).Make(begun.OptionsJson)), AccountsHost.Token);
    }

    public async Task<(string Ticket, PasskeyAssertion Assertion)> AnswerAsync()
    {
        var begun = (await SignIn.BeginAsync(AccountsHost.Token)).Value;
        return (begun.Ticket, Assertion(Key.Use(begun.OptionsJson)));
    }

    public async Task<Outcome<SignedIn>> SignInAsync()
    {
        var (ticket, assertion) = await AnswerAsync();
        return await SendAsync(ticket, assertion);
    }

    public Task<Outcome<SignedIn>> SendAsync(string? ticket, PasskeyAssertion assertion) =>
        SignIn.CompleteAsync(ticket, assertion, "192.0.2.7", "Test/1.0", AccountsHost.Token);

    public async Task<string> ChallengeAsync() => (await host.StepAsync(userName)).Value.Challenge.ShouldNotBeNull().Token;

    public async Task<(string Ticket, PasskeyAssertion Assertion)> AnswerSecondAsync(string challenge)
    {
        var begun = (await SignIn.BeginSecondAsync(challenge, AccountsHost.Token)).Value;
        return (begun.Ticket, Assertion(Key.Use(begun.OptionsJson)));
    }

    public Task<Outcome<FactorSignIn>> SendSecondAsync(string challenge, string? ticket, PasskeyAssertion assertion) =>
        SignIn.CompleteSecondAsync(challenge, ticket, assertion, "192.0.2.7", "Test/1.0", AccountsHost.Token);
}
