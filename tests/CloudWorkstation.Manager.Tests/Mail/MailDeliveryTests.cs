using System.Text;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Mail;

public sealed class MailDeliveryTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly MailHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_mail_goes_over_an_encrypted_connection_and_is_gone_from_the_store()
    {
        await using var server = new SmtpServer(auth: true);
        await host.UseAsync(await server.SettingsAsync(password: true));
        var mail = await host.PostAsync(subject: "Grüße – ein langer Betreff, der mehr als eine Zeile braucht, damit er gefaltet wird: ✓", text: "Zeile 1\n.\nZeile 3 mit Umlaut: ä");

        (await host.DeliverAsync()).ShouldBe(1);

        var got = server.Mails.ShouldHaveSingleItem();
        got["encrypted"]!.GetValue<bool>().ShouldBeTrue();
        got["user"]!.GetValue<string>().ShouldBe("desktops");
        got["hello"]!.GetValue<string>().ShouldBe("desktops.example.org");
        got["from"]!.GetValue<string>().ShouldBe("desktops@example.org");
        got["to"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("alice@example.org");
        var headers = got["headers"]!;
        headers["Subject"]!.GetValue<string>().ShouldBe("Grüße – ein langer Betreff, der mehr als eine Zeile braucht, damit er gefaltet wird: ✓");
        headers["From"]!.GetValue<string>().ShouldBe("CloudWorkstation <desktops@example.org>");
        headers["Message-ID"]!.GetValue<string>().ShouldBe($"<{mail.Id}@example.org>");
        headers["Auto-Submitted"]!.GetValue<string>().ShouldBe("auto-generated");
        got["text"]!.GetValue<string>().ReplaceLineEndings("\n").TrimEnd().ShouldBe("Zeile 1\n.\nZeile 3 mit Umlaut: ä");
        (await host.MailAsync(mail.Id)).ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData("tls", false, MailEncryption.Tls, true)]
    [InlineData("plain", false, MailEncryption.None, false)]
    public async Task TLS_from_the_first_byte_and_a_relay_without_any_work_too(string mode, bool auth, MailEncryption encryption, bool encrypted)
    {
        await using var server = new SmtpServer(mode, auth);
        await host.UseAsync(await server.SettingsAsync() with { Encryption = encryption });
        await host.PostAsync();

        await host.DeliverAsync();

        server.Mails.ShouldHaveSingleItem();
        encrypted.ShouldBe(encryption == MailEncryption.Tls);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_only_takes_AUTH_LOGIN_is_signed_in_at()
    {
        await using var server = new SmtpServer(auth: true, without: "PLAIN");
        await host.UseAsync(await server.SettingsAsync(password: true));
        await host.PostAsync();

        await host.DeliverAsync();

        server.Mails.ShouldHaveSingleItem()["user"]!.GetValue<string>().ShouldBe("desktops");
    }

    [Theory(Timeout = Limit)]
    [InlineData("mail.example.org", 30, true, "for another name")]
    [InlineData("localhost", -1, true, "expired")]
    [InlineData("localhost", 30, false, "of an authority that nobody trusts")]
    public async Task A_certificate_that_is_not_good_is_refused_and_nothing_is_sent(string name, int validFor, bool trusted, string why)
    {
        await using var server = new SmtpServer(auth: true, name: name, validFor: validFor);
        var settings = await server.SettingsAsync(password: true);
        await host.UseAsync(trusted ? settings : settings with { CertificateAuthority = null });
        var mail = await host.PostAsync();

        await host.DeliverAsync();

        server.Mails.ShouldBeEmpty();
        var after = (await host.MailAsync(mail.Id)).ShouldNotBeNull();
        after.State.ShouldBe(MailState.Queued);
        after.Failure.ShouldNotBeNull().ShouldContain("certificate that is not to be trusted", customMessage: why);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_without_STARTTLS_gets_nothing()
    {
        await using var server = new SmtpServer("plain");
        await host.UseAsync(await server.SettingsAsync());
        var mail = await host.PostAsync();

        await host.DeliverAsync();

        server.Mails.ShouldBeEmpty();
        (await host.MailAsync(mail.Id))!.Failure!.ShouldContain("does not offer STARTTLS");
    }

    [Fact(Timeout = Limit)]
    public async Task A_mail_that_is_not_taken_now_is_tried_again_later_and_then_arrives()
    {
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        var mail = await host.PostAsync("later@example.org");

        await host.DeliverAsync();
        var waiting = (await host.MailAsync(mail.Id)).ShouldNotBeNull();
        waiting.State.ShouldBe(MailState.Queued);
        waiting.Attempts.ShouldBe(1);
        waiting.Failure!.ShouldContain("451 4.7.1 Greylisted");
        (await host.DeliverAsync()).ShouldBe(0);

        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await host.DeliverAsync()).ShouldBe(1);
        server.Mails.ShouldHaveSingleItem();
        (await host.MailAsync(mail.Id)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_mail_that_is_refused_for_good_is_shown_with_the_servers_words_and_does_not_hold_up_the_next()
    {
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        var refused = await host.PostAsync("nobody@example.org");
        await host.PostAsync("alice@example.org");

        await host.DeliverAsync();

        var shown = (await host.Mailbox.ListAsync(MailHost.Admin, 10, null, MailHost.Token)).Value.Items.ShouldHaveSingleItem();
        shown.Id.ShouldBe(refused.Id);
        shown.State.ShouldBe(MailState.Failed);
        shown.Failure!.ShouldContain("550 5.1.1 There is no such person here");
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_password_is_shown_and_the_mail_waits_for_better_settings()
    {
        await using var server = new SmtpServer(auth: true);
        var good = await server.SettingsAsync(password: true);
        await host.UseAsync(good with { Password = Manager.Settings.Secret.Of("not this one") });
        var mail = await host.PostAsync();
        await host.DeliverAsync();
        (await host.MailAsync(mail.Id))!.Failure!.ShouldContain("refuses user and password: 535");

        await host.UseAsync(good);
        (await host.Mailbox.RetryAsync(MailHost.Admin, mail.Id, MailHost.Token)).Succeeded.ShouldBeTrue();
        (await host.DeliverAsync()).ShouldBe(1);
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_away_is_not_asked_for_every_mail()
    {
        await host.UseAsync(new MailSettings { Host = "127.0.0.1", Port = 9, From = "desktops@example.org" });
        await host.PostAsync();
        await host.PostAsync();

        (await host.DeliverAsync()).ShouldBe(1);
        (await host.DeliverAsync()).ShouldBe(0);
        host.Time.Advance(TimeSpan.FromSeconds(6));
        (await host.DeliverAsync()).ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_mail_whose_link_has_expired_is_not_sent()
    {
        await using var server = new SmtpServer();
        var mail = await host.PostAsync(until: host.Time.GetUtcNow().AddMinutes(30));
        host.Time.Advance(TimeSpan.FromMinutes(31));
        await host.UseAsync(await server.SettingsAsync());

        await host.DeliverAsync();

        server.Mails.ShouldBeEmpty();
        (await host.MailAsync(mail.Id))!.State.ShouldBe(MailState.Failed);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_server_a_mail_is_kept_for_a_day_and_its_text_can_be_read()
    {
        var mail = await host.PostAsync();
        (await host.Mailbox.GetAsync(MailHost.Admin, mail.Id, MailHost.Token)).Value.Text.ShouldBeNull();

        await host.DeliverAsync();

        var kept = (await host.Mailbox.GetAsync(MailHost.Admin, mail.Id, MailHost.Token)).Value;
        kept.Summary.State.ShouldBe(MailState.Kept);
        kept.Text!.ShouldContain("#secret-token");
        host.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        (await host.MailAsync(mail.Id)).ShouldBeNull();
        (await host.Mailbox.ListAsync(MailHost.Admin, 10, null, MailHost.Token)).Value.Items.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_store_holds_does_not_show_the_text()
    {
        var mail = await host.PostAsync();
        var stored = await host.Get<IDocumentStore>().GetAsync(new DocumentKey("mail", mail.Id), MailHost.Token);
        Encoding.UTF8.GetString(stored!.Json.Span).ShouldNotContain("secret-token");
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_that_dies_while_it_sends_leaves_the_mail_to_the_next()
    {
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        var mail = await host.PostAsync();
        host.Store.BeforeCommit = writes => _ = writes.Any(w => w.Kind == WriteKind.Delete) ? throw new IOException("killed") : 0;
        await Should.ThrowAsync<IOException>(host.DeliverAsync);
        host.Store.BeforeCommit = null;
        (await host.DeliverAsync()).ShouldBe(0);

        host.Time.Advance(TimeSpan.FromMinutes(2));
        (await host.DeliverAsync()).ShouldBe(1);

        (await host.MailAsync(mail.Id)).ShouldBeNull();
        server.Mails.Select(m => m["headers"]!["Message-ID"]!.GetValue<string>()).Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task Of_processes_that_send_at_once_one_sends()
    {
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        await host.PostAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.DeliverAsync()));

        server.Mails.ShouldHaveSingleItem();
        (await host.Get<Leadership>().HoldAsync("mail", TimeSpan.FromSeconds(30), MailHost.Token)).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task What_this_process_writes_is_sent_at_once_and_what_another_writes_within_a_look()
    {
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        using var rounds = host.Rounds();
        await rounds.StartAsync(MailHost.Token);

        var own = await host.PostAsync();
        await UntilSentAsync(own.Id, TimeSpan.Zero);

        var others = await host.PostElsewhereAsync();
        await UntilSentAsync(others, Manager.Jobs.Rounds.Patience);
        await rounds.StopAsync(MailHost.Token);
        server.Mails.Count.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task With_nothing_to_send_nobody_asks_for_the_settings_and_with_something_it_is_known_when()
    {
        (await host.Get<MailDelivery>().NextAsync(MailHost.Token)).ShouldBeNull();
        await host.PostAsync();
        (await host.Get<MailDelivery>().NextAsync(MailHost.Token)).ShouldBe(host.Time.GetUtcNow());
    }

    private async Task UntilSentAsync(string mail, TimeSpan step)
    {
        var deadline = DateTime.UtcNow.AddSeconds(40);
        while (await host.MailAsync(mail) is not null)
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue("The mail was not sent.");
            host.Time.Advance(step);
            await Task.Delay(20, MailHost.Token);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_test_mail_is_sent_at_once_or_says_why_not()
    {
        (await host.Mailbox.SendTestAsync(MailHost.Admin, "alice@example.org", MailHost.Token)).Value.Delivered.ShouldBeFalse();
        await using var server = new SmtpServer();
        await host.UseAsync(await server.SettingsAsync());
        (await host.Mailbox.SendTestAsync(MailHost.Admin, "alice@example.org", MailHost.Token)).Value.Delivered.ShouldBeTrue();
        var refused = await host.Mailbox.SendTestAsync(MailHost.Admin, "nobody@example.org", MailHost.Token);
        refused.Problem!.Code.ShouldBe("mail_not_sent");
        refused.Problem.Detail.ShouldContain("550");
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Limit)]
    public async Task Only_who_manages_the_platform_sees_mails()
    {
        var mail = await host.PostAsync();
        var user = new Actor("acc-user", "user", ["user", "auditor", "support"], []);
        (await host.Mailbox.ListAsync(user, 10, null, MailHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Mailbox.GetAsync(user, mail.Id, MailHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Mailbox.RetryAsync(user, mail.Id, MailHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Mailbox.RemoveAsync(user, mail.Id, MailHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Mailbox.SendTestAsync(user, "a@example.org", MailHost.Token)).Problem!.Code.ShouldBe("forbidden");
    }
}
