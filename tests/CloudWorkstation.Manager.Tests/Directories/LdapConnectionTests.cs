using System.Net;
using System.Text;
using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Servers that are not what they should be: each is refused in words that say which step broke, within the time of the settings.</summary>
public sealed class LdapConnectionTests(SharedSlapd shared)
{
    private const int Timeout = 120_000;
    private const string Password = "the person's own password";

    // Result 2 (protocolError) to an extended request, which StartTLS is; an answer to question 9; and "unavailable" to none.
    private static readonly byte[] NoStartTls = Convert.FromHexString("300c02010178070a010204000400");
    private static readonly byte[] WrongNumber = Convert.FromHexString("300c02010961070a010004000400");
    private static readonly byte[] Farewell = [.. Convert.FromHexString("301602010078110a0134040004008a08"), .. "1.3.6.1."u8];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Timeout)]
    [InlineData("ldaps", false)]
    [InlineData("ldap", true)]
    [InlineData("ldap", false)]
    public async Task A_silent_server_costs_the_time_of_the_settings_and_no_more(string scheme, bool startTls)
    {
        await using var silent = ScriptedDirectory.Silent();

        var fault = await FaultAsync(silent.Settings(scheme, startTls) with { TimeoutSeconds = 1 });

        fault.Fault.ShouldBe(LdapFault.Silent);
        fault.Message.ShouldContain("within 1 s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_speaks_no_tls_gets_no_word_of_ldap()
    {
        await using var plain = ScriptedDirectory.Saying("220 hello\r\n"u8.ToArray());

        var fault = await FaultAsync(plain.Settings("ldaps"));

        fault.Fault.ShouldBe(LdapFault.Encryption);
        SentInClear(plain).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_refuses_to_encrypt_is_told_no_password()
    {
        await using var stripping = ScriptedDirectory.Saying(NoStartTls);

        var fault = await FaultAsync(stripping.Settings("ldap", startTls: true));

        fault.Fault.ShouldBe(LdapFault.Encryption);
        SentInClear(stripping).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_slipped_in_before_the_encryption_is_not_taken_for_an_answer()
    {
        // "StartTLS succeeded" and at once "the bind succeeded", in clear.
        await using var injecting = ScriptedDirectory.Saying([.. Convert.FromHexString("300c02010178070a010004000400"), .. Convert.FromHexString("300c02010261070a010004000400")]);

        var fault = await FaultAsync(injecting.Settings("ldap", startTls: true));

        fault.Fault.ShouldBe(LdapFault.Encryption);
        SentInClear(injecting).ShouldBeFalse();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("rubbish")]
    [InlineData("endless")]
    [InlineData("wrong number")]
    public async Task What_is_not_ldap_is_refused(string kind)
    {
        await using var server = ScriptedDirectory.Saying(kind switch
        {
            "rubbish" => "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(),
            "endless" => Convert.FromHexString("30847fffffff"),
            _ => WrongNumber,
        });

        (await FaultAsync(server.Settings("ldap"))).Fault.ShouldBe(LdapFault.Protocol);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_says_farewell_or_closes_is_not_there()
    {
        await using var leaving = ScriptedDirectory.Saying(Farewell);
        await using var closing = ScriptedDirectory.Saying([]);

        (await FaultAsync(leaving.Settings("ldap"))).Fault.ShouldBe(LdapFault.Refused);
        (await FaultAsync(closing.Settings("ldap"))).Fault.ShouldBe(LdapFault.Unreachable);
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_there_and_no_such_host_are_told_as_that()
    {
        using var nobody = new ClosedPort();
        var settings = (await shared.ServerAsync()).Settings();

        (await FaultAsync(settings with { Url = nobody.Url })).Fault.ShouldBe(LdapFault.Unreachable);
        (await FaultAsync(settings with { Url = "ldaps://directory.invalid" })).Fault.ShouldBe(LdapFault.Unreachable);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_certificate_of_an_authority_that_nobody_trusts_is_refused()
    {
        var server = await shared.ServerAsync();
        using var other = new TestAuthority();

        var byOther = await FaultAsync(server.Settings() with { CaCertificates = other.Pem });
        var bySystem = await FaultAsync(server.Settings() with { CaCertificates = null });

        byOther.Fault.ShouldBe(LdapFault.Certificate);
        byOther.Message.ShouldContain("cannot be trusted");
        bySystem.Fault.ShouldBe(LdapFault.Certificate);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_for_another_host_is_refused(bool tlsAtOnce)
    {
        await using var server = await SlapdServer.StartAsync(Token, certificateFor: IPAddress.Parse("192.0.2.1"));
        var settings = server.Settings() with { Url = tlsAtOnce ? server.Url : server.PlainUrl, StartTls = !tlsAtOnce };

        var fault = await FaultAsync(settings);

        fault.Fault.ShouldBe(LdapFault.Certificate);
        fault.Message.ShouldContain("is not for the host '127.0.0.1'");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        await using var server = await SlapdServer.StartAsync(Token, certificateDays: -1);

        (await FaultAsync(server.Settings())).Fault.ShouldBe(LdapFault.Certificate);
    }

    [Fact(Timeout = Timeout)]
    public async Task Unencrypted_is_refused_even_when_the_rules_were_passed_by()
    {
        var server = await shared.ServerAsync();

        (await FaultAsync(server.Settings() with { Url = server.PlainUrl })).Fault.ShouldBe(LdapFault.Encryption);
    }

    [Fact(Timeout = Timeout)]
    public async Task Authorities_that_cannot_be_read_any_more_refuse_the_connection()
    {
        var server = await shared.ServerAsync();

        (await FaultAsync(server.Settings() with { CaCertificates = "/nowhere/ca.pem" })).Fault.ShouldBe(LdapFault.Certificate);
    }

    private static async Task<LdapException> FaultAsync(DirectorySettings settings) =>
        await Should.ThrowAsync<LdapException>(() => Slapd.Client(settings).CheckAsync("alice", Password, Token));

    private static bool SentInClear(ScriptedDirectory server) => Encoding.Latin1.GetString(server.Received) is var sent && (sent.Contains("password", StringComparison.Ordinal) || sent.Contains("cn=search", StringComparison.Ordinal));
}
