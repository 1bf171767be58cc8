namespace CloudWorkstation.Tokens.Tests;

public sealed class SessionTokenTests
{
    [Fact(Timeout = 30_000)]
    public Task What_was_signed_is_what_is_read()
    {
        var session = Keyring.Session("staff", "日本", "r&d \"x\" \\");

        var read = SessionToken.Verify(session.Sign(Keyring.Current), Keyring.Find, Keyring.Now, out var failure)!;

        failure.ShouldBe(TokenFailure.None);
        (read with { Groups = [], Roles = [] }).ShouldBeEquivalentTo(session with { Groups = [], Roles = [] });
        read.Groups.ShouldBe(session.Groups);
        read.Roles.ShouldBe(session.Roles);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Names_stand_as_utf_8_because_the_edge_cannot_read_escapes()
    {
        var payload = Keyring.Session("日本").Sign(Keyring.Current).Split('.')[1];

        System.Text.Encoding.UTF8.GetString(Keyring.FromBase64Url(payload)).ShouldContain("\"grps\":\"日本\"");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Someone_without_groups_has_none()
    {
        SessionToken.Verify(Keyring.Session().Sign(Keyring.Current), Keyring.Find, Keyring.Now, out _)!.Groups.ShouldBeEmpty();
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_group_name_with_a_comma_cannot_become_two_groups()
    {
        Should.Throw<ArgumentException>(() => Keyring.Session("staff,admin").Sign(Keyring.Current));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Too_many_groups_are_refused_when_signing()
    {
        var groups = Enumerable.Range(0, 200).Select(i => $"group-number-{i:000}").ToArray();

        Should.Throw<InvalidOperationException>(() => Keyring.Session(groups).Sign(Keyring.Current)).Message.ShouldContain("groups");
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData("key-1"), InlineData("key-2")]
    public Task A_token_is_checked_with_the_key_that_it_names(string kid)
    {
        Keyring.Verify(Keyring.Session().Sign(Keyring.Find(kid)!)).ShouldBe(TokenFailure.None);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData(-1, TokenFailure.None), InlineData(0, TokenFailure.Expired), InlineData(1, TokenFailure.Expired)]
    public Task A_token_ends_at_its_second_without_grace(int seconds, TokenFailure expected)
    {
        Keyring.Verify(Keyring.Session().Sign(Keyring.Current), Keyring.Now.AddMinutes(5).AddSeconds(seconds)).ShouldBe(expected);
        return Task.CompletedTask;
    }

    [Theory(Timeout = 30_000), InlineData(30, TokenFailure.None), InlineData(31, TokenFailure.NotYetValid)]
    public Task A_token_from_a_little_in_the_future_is_good(int seconds, TokenFailure expected)
    {
        var claims = Keyring.Claims();
        claims["nbf"] = Keyring.Now.ToUnixTimeSeconds() + seconds;

        Keyring.Verify(Keyring.Signed(claims)).ShouldBe(expected);
        return Task.CompletedTask;
    }
}
