using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Mail;

public sealed class MailSettingsTests
{
    private static readonly MailSettings Good = new() { Host = "smtp.example.org", From = "desktops@example.org", User = "u", Password = Secret.Of("p") };

    [Fact(Timeout = 30_000)]
    public async Task Nothing_set_is_fine_and_so_is_a_whole_server()
    {
        await Task.Yield();
        MailSettings.Check(new MailSettings()).ShouldBeEmpty();
        MailSettings.Check(Good).ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_broken_rule_is_named()
    {
        await Task.Yield();
        Fields(Good with { Host = "smtp.example.org:25 x" }).ShouldBe(["host"]);
        Fields(Good with { Port = 0 }).ShouldBe(["port"]);
        Fields(Good with { From = null }).ShouldBe(["from"]);
        Fields(Good with { FromName = "a\r\nBcc: x" }).ShouldBe(["fromName"]);
        Fields(Good with { User = null }).ShouldBe(["user"]);
        Fields(Good with { Password = null }).ShouldBe(["password"]);
        Fields(Good with { Encryption = MailEncryption.None }).ShouldBe(["encryption"]);
        Fields(Good with { CertificateAuthority = "nonsense" }).ShouldBe(["certificateAuthority"]);
        Fields(Good with { Port = -1, From = "x" }).ShouldBe(["port", "from"]);
    }

    private static IEnumerable<string> Fields(MailSettings settings) => MailSettings.Check(settings).Select(e => e.Field);
}
