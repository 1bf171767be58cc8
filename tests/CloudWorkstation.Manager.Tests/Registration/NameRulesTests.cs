using CloudWorkstation.Manager.Registration;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class NameRulesTests
{
    private static readonly RegistrationSettings Open = new();

    [Theory(Timeout = 30_000)]
    [InlineData("alice")]
    [InlineData("alice.b-c_d2")]
    [InlineData("Administra")]
    [InlineData("rooted")]
    public async Task An_ordinary_name_may_be_registered(string name)
    {
        await Task.Yield();
        NameRules.Refusal(name, Open).ShouldBeNull();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("admin")]
    [InlineData("Admin")]
    [InlineData("adm1n")]
    [InlineData("a.d.m.i.n")]
    [InlineData("r00t")]
    [InlineData("Supp0rt")]
    [InlineData("help-desk")]
    [InlineData("no_reply")]
    [InlineData("krbtgt")]
    [InlineData("a")]
    [InlineData("2fast")]
    [InlineData("alice.")]
    [InlineData("alice@example.org")]
    [InlineData("al ice")]
    [InlineData("аlice")]
    [InlineData("alice)(uid=*")]
    [InlineData("")]
    public async Task Reserved_names_their_look_alikes_and_odd_ones_may_not(string name)
    {
        await Task.Yield();
        NameRules.Refusal(name, Open).ShouldNotBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_installation_denies_names_of_its_own_and_may_allow_only_some()
    {
        await Task.Yield();
        var rules = Open with { NamesDenied = ["ceo*", "boss"], NamesAllowed = ["s*", "support", "ceo1"] };
        NameRules.Refusal("ceo1", rules).ShouldNotBeNull();
        NameRules.Refusal("BOSS", rules).ShouldNotBeNull();
        NameRules.Refusal("alice", rules).ShouldNotBeNull();
        NameRules.Refusal("sam", rules).ShouldBeNull();
        NameRules.Refusal("support", rules).ShouldBeNull();
        NameRules.Refusal("system", rules).ShouldNotBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task Settings_that_would_let_everybody_in_or_nobody_are_refused()
    {
        await Task.Yield();
        Fields(new RegistrationSettings { Enabled = true }).ShouldBe(["domains"]);
        Fields(new RegistrationSettings { Enabled = true, Domains = ["example.org", ""] }).ShouldBe(["domains[1]"]);
        Fields(new RegistrationSettings { Domains = ["*.example.org", "*", "@example.org", "org"] }).ShouldBe(["domains[0]", "domains[1]", "domains[2]", "domains[3]"]);
        Fields(new RegistrationSettings { NamesDenied = ["a b"], NamesAllowed = [""], LinkMinutes = 1, Target = "" }).ShouldBe(["namesDenied[0]", "namesAllowed[0]", "target", "linkMinutes"]);
        Fields(new RegistrationSettings { DefaultGroups = ["a,b"] }).ShouldBe(["defaultGroups"]);
        Fields(new RegistrationSettings()).ShouldBeEmpty();
    }

    private static IEnumerable<string> Fields(RegistrationSettings settings) => RegistrationSettings.Check(settings).Select(e => e.Field);
}
