using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Accounts;

/// <summary>Somebody with an authenticator app: it knows the secret, and the test's clock.</summary>
internal sealed class FactorPerson(AccountsHost host, string userName)
{
    private byte[] secret = [];

    public Actor Actor { get; private set; } = null!;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public string Code => Totp.Code(secret, Totp.StepOf(host.Time.GetUtcNow()));

    public static ISecondFactorSignIn SignIn(AccountsHost host) => host.Service<ISecondFactorSignIn>();

    /// <summary>An account whose second factor was set up in a session; the clock stands at the next code.</summary>
    public static async Task<FactorPerson> EnrolledAsync(AccountsHost host, string userName, params string[] roles)
    {
        await host.CreateAsync(userName, AccountsHost.GoodPassword, roles);
        var person = new FactorPerson(host, userName);
        person.Actor = await host.ActorAsync((await host.SignInAsync(userName)).Value);
        await person.EnrolAsync();
        return person;
    }

    public async Task EnrolAsync()
    {
        var factor = host.Service<ISecondFactorService>();
        Scan((await factor.BeginAsync(Actor, AccountsHost.Token)).Value);
        RecoveryCodes = (await factor.ConfirmAsync(Actor, Code, AccountsHost.Token)).Value;
        NextCode();
    }

    public void Scan(Enrolment enrolment) => secret = Base32.Decode(enrolment.Secret);

    public void NextCode() => host.Time.Advance(Totp.Step);

    public async Task<string> ChallengeAsync() => (await host.StepAsync(userName)).Value.Challenge.ShouldNotBeNull().Token;

    public async Task<Outcome<FactorSignIn>> CompleteAsync(string challenge, string code) =>
        await SignIn(host).CompleteAsync(challenge, code, "192.0.2.7", "Test/1.0", AccountsHost.Token);

    public async Task<Outcome<FactorSignIn>> SignInAsync(string? code = null) => await CompleteAsync(await ChallengeAsync(), code ?? Code);

    public static async Task DemandAsync(AccountsHost host, SignInSettings settings) =>
        (await host.Service<ISettings<SignInSettings>>().ReplaceAsync(Actor.System, settings, null, AccountsHost.Token)).Succeeded.ShouldBeTrue();
}
