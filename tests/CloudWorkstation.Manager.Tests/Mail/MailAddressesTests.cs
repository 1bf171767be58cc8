using CloudWorkstation.Manager.Mail;

namespace CloudWorkstation.Manager.Tests.Mail;

public sealed class MailAddressesTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("alice@example.org", "alice@example.org")]
    [InlineData(" Alice.B+x@EXAMPLE.org ", "Alice.B+x@example.org")]
    [InlineData("a@münchen.example", "a@xn--mnchen-3ya.example")]
    [InlineData("a@MÜNCHEN.example", "a@xn--mnchen-3ya.example")]
    [InlineData("a@xn--mnchen-3ya.example", "a@xn--mnchen-3ya.example")]
    public async Task An_address_is_brought_to_the_form_that_mail_is_sent_to(string typed, string expected)
    {
        await Task.Yield();
        MailAddresses.Normalize(typed).ShouldBe(expected);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("example.org")]
    [InlineData("@example.org")]
    [InlineData("a@")]
    [InlineData("a@localhost")]
    [InlineData("a@example.org.")]
    [InlineData("a@.example.org")]
    [InlineData("a@example..org")]
    [InlineData("a@-example.org")]
    [InlineData("a@example.org@evil.test")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@192.0.2.1")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("a b@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData(".a@example.org")]
    [InlineData("a@example.org\r\nBcc: b@example.org")]
    [InlineData("a@example.org\nRCPT TO:<b@example.org>")]
    [InlineData("a>@example.org")]
    [InlineData("ä@example.org")]
    [InlineData("a@exam ple.org")]
    [InlineData("a@example,org")]
    [InlineData("")]
    [InlineData(null)]
    public async Task What_is_no_address_is_refused(string? typed)
    {
        await Task.Yield();
        MailAddresses.Normalize(typed).ShouldBeNull();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("a@exаmple.org")]
    [InlineData("a@ехample.org")]
    [InlineData("a@example.org.evil.test")]
    [InlineData("a@evil-example.org")]
    [InlineData("a@sub.example.org")]
    [InlineData("a@examplе.org")]
    [InlineData("a@exa\u0301mple.org")]
    [InlineData("a@ex\u00adample.org")]
    [InlineData("a@example.org\u200b")]
    [InlineData("a@example\u3002org\u3002evil.test")]
    public async Task A_look_alike_of_a_domain_is_another_domain(string typed)
    {
        await Task.Yield();
        var normalized = MailAddresses.Normalize(typed);
        (normalized is null || MailAddresses.DomainOf(normalized) != "example.org").ShouldBeTrue();
    }

    [Fact(Timeout = 30_000)]
    public async Task Spellings_of_one_mailbox_have_one_key()
    {
        await Task.Yield();
        MailAddresses.Key("ALICE@Example.ORG").ShouldBe(MailAddresses.Key("alice@example.org"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(253)]
    [InlineData(400)]
    public async Task An_address_that_is_too_long_is_refused(int length)
    {
        await Task.Yield();
        MailAddresses.Normalize("a@" + string.Join('.', Enumerable.Repeat("abcdefghi", length / 10)) + ".example").ShouldBeNull();
    }
}
