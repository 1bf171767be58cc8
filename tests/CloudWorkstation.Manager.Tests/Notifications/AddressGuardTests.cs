using System.Net;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>Where webhooks may not go.</summary>
public sealed class AddressGuardTests
{
    private const int Limit = 30_000;

    [Theory(Timeout = Limit)]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("0.0.0.0", "this host")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("100.64.0.1", "behind a carrier's NAT")]
    [InlineData("169.254.169.254", "the metadata of EC2 and others")]
    [InlineData("169.254.170.2", "the credentials of ECS")]
    [InlineData("192.0.0.192", "the metadata of Oracle")]
    [InlineData("198.18.0.1", "benchmarks")]
    [InlineData("203.0.113.5", "documentation")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("::1", "loopback")]
    [InlineData("::", "unspecified")]
    [InlineData("::ffff:10.0.0.1", "private, as IPv6")]
    [InlineData("::ffff:169.254.169.254", "metadata, as IPv6")]
    [InlineData("::7f00:1", "loopback, as an old form of IPv6")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata, through NAT64")]
    [InlineData("2002:a9fe:a9fe::1", "metadata, through 6to4")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo")]
    [InlineData("fd00:ec2::254", "the metadata of EC2")]
    [InlineData("fc00::1", "unique-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%1", "link-local with a zone")]
    [InlineData("fec0::1", "site-local")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("2001:db8::1", "documentation")]
    public async Task Is_refused(string address, string what)
    {
        await Task.Yield();
        new AddressGuard([]).Allows(IPAddress.Parse(address)).ShouldBeFalse(what);
    }

    [Theory(Timeout = Limit)]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("100.128.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("::ffff:1.1.1.1")]
    public async Task Is_allowed(string address)
    {
        await Task.Yield();
        new AddressGuard([]).Allows(IPAddress.Parse(address)).ShouldBeTrue();
    }

    [Theory(Timeout = Limit)]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("10.2.0.0", false)]
    [InlineData("fd12::7", true)]
    [InlineData("fd13::7", false)]
    public async Task What_the_operator_opened_is_open_and_nothing_beside_it(string address, bool allowed)
    {
        await Task.Yield();
        var guard = new AddressGuard(NetworkList.Of("10.1.0.0/16, fd12::/16")!);

        guard.Allows(IPAddress.Parse(address)).ShouldBe(allowed);
    }

    [Theory(Timeout = Limit)]
    [InlineData("https://hooks.example.org/in", null)]
    [InlineData("https://hooks.example.org:8443/in?a=b", null)]
    [InlineData("http://hooks.example.org/in", "https")]
    [InlineData("http://127.0.0.1:9000/", "may not go")]
    [InlineData("https://127.0.0.1/", "may not go")]
    [InlineData("https://2130706433/", "may not go")]
    [InlineData("https://0x7f.1/", "may not go")]
    [InlineData("https://0177.0.0.1/", "may not go")]
    [InlineData("https://[::1]/", "may not go")]
    [InlineData("https://[::ffff:169.254.169.254]/", "may not go")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "may not go")]
    [InlineData("https://user:pass@hooks.example.org/", "password")]
    [InlineData("https://hooks.example.org/#x", "fragment")]
    [InlineData("ftp://hooks.example.org/", "https")]
    [InlineData("file:///etc/passwd", "https")]
    [InlineData("gopher://hooks.example.org/", "https")]
    [InlineData("/in", "https")]
    [InlineData("", "https")]
    public async Task An_address_is_judged_when_it_is_set(string url, string? problem)
    {
        await Task.Yield();
        var errors = new WebhookRules(new AddressGuard([])).Check(new NotificationsSettings { Webhooks = [NotificationsHost.To("a", url)] });

        if (problem is null)
        {
            errors.ShouldBeEmpty();
        }
        else
        {
            var error = errors.ShouldHaveSingleItem();
            error.Field.ShouldBe("webhooks[0].url");
            error.Message.ShouldContain(problem);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Without_encryption_only_this_machine_can_be_told_and_only_where_the_operator_opened_it()
    {
        await Task.Yield();
        var rules = new WebhookRules(new AddressGuard(NetworkList.Of("127.0.0.0/8,10.0.0.0/8")!));
        IReadOnlyList<FieldError> Check(string url) => rules.Check(new NotificationsSettings { Webhooks = [NotificationsHost.To("a", url)] });

        Check("http://127.0.0.1:9000/in").ShouldBeEmpty();
        Check("https://10.0.0.5/in").ShouldBeEmpty();
        Check("http://10.0.0.5/in").ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task Every_broken_rule_of_every_webhook_is_reported_at_once()
    {
        await Task.Yield();
        var bad = new Webhook { Name = "Not OK", Url = "https://example.org", Secret = Secret.Of("short"), PreviousSecret = Secret.Of("whsec_AAAA"), Events = ["no.such"] };
        var errors = new WebhookRules(new AddressGuard([])).Check(new NotificationsSettings
        {
            Webhooks = [NotificationsHost.To("twice", "https://example.org"), NotificationsHost.To("twice", "https://example.org"), bad],
        });

        errors.Select(e => e.Field).ShouldBe(["webhooks[1].name", "webhooks[2].name", "webhooks[2].secret", "webhooks[2].previousSecret", "webhooks[2].events"]);
        errors.ShouldAllBe(e => !e.Message.Contains("short", StringComparison.Ordinal));
    }
}
