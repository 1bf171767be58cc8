using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Audit.Export;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>The trail leaves by syslog and OTLP: every entry at least once, over failures and restarts.</summary>
public sealed class AuditExportTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly Actor Ann = new("acc-ann", "ann \"the\" [1]", ["user"], [], "ses1", "192.0.2.7");

    private readonly TemporaryDirectory directory = new();
    private readonly ManualTime time = new();
    private readonly SqliteDocumentStore store;
    private readonly AuditLog log;
    private readonly AuditSearch search;

    public AuditExportTests()
    {
        store = new SqliteDocumentStore(Path.Combine(directory.Path, "audit.db"), [AuditEntries.Definition, AuditShipping.Definition]);
        var entries = new AuditEntries(store);
        search = new AuditSearch(entries, new ManagerOptions(), time);
        log = new AuditLog(store, entries, search, new SortableIds(time), new ManagerOptions());
    }

    [Fact(Timeout = Limit)]
    public async Task Everything_from_then_on_is_sent_once_while_all_is_well()
    {
        var sink = new CollectingSink();
        await RecordAsync("before");
        time.Advance(TimeSpan.FromSeconds(1));
        var shipping = New(sink);
        await shipping.ShipAsync(None);
        await RecordAsync("one");
        await shipping.ShipAsync(None);
        time.Advance(TimeSpan.FromMinutes(5));
        await RecordAsync("two");
        await shipping.ShipAsync(None);
        await shipping.ShipAsync(None);

        sink.Details.ShouldBe(["one", "two"]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_receiver_refuses_is_sent_when_it_takes_it_again_and_the_failure_is_shown_meanwhile()
    {
        var sink = new CollectingSink();
        var shipping = New(sink);
        await shipping.ShipAsync(None);
        sink.Broken = true;
        await RecordAsync("one");
        await shipping.ShipAsync(None);
        var failing = (await StateAsync(shipping)).Single();

        sink.Broken = false;
        await RecordAsync("two");
        time.Advance(TimeSpan.FromMinutes(2));
        await shipping.ShipAsync(None);

        failing.FailingSince.ShouldNotBeNull();
        failing.Error.ShouldBe("It is broken.");
        sink.Details.ShouldBe(["one", "two"]);
        (await StateAsync(shipping)).Single().ShouldSatisfyAllConditions(s => s.FailingSince.ShouldBeNull(), s => s.Sent.ShouldBe(2));
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_is_left_out_over_a_restart_and_an_id_tells_what_came_twice()
    {
        var first = new CollectingSink();
        var shipping = New(first);
        await shipping.ShipAsync(None);
        await RecordAsync("one");
        await shipping.ShipAsync(None);
        await RecordAsync("two");

        var second = new CollectingSink();
        var restarted = New(second);
        await restarted.ShipAsync(None);
        time.Advance(TimeSpan.FromMinutes(10));
        await RecordAsync("three");
        await restarted.ShipAsync(None);

        first.Entries.Concat(second.Entries).DistinctBy(e => e.Id).Select(e => e.Detail).ShouldBe(["one", "two", "three"]);
    }

    /// <summary>Another process made its id earlier and stored it later.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_entry_that_is_stored_late_is_not_passed_over()
    {
        var sink = new CollectingSink();
        var shipping = New(sink);
        await shipping.ShipAsync(None);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = log.Entry(Ann, AuditActions.SessionEnd, "session/ses1", AuditResults.Accepted, "late");
        time.Advance(TimeSpan.FromSeconds(10));
        await RecordAsync("early");
        await shipping.ShipAsync(None);
        time.Advance(TimeSpan.FromSeconds(60));
        await store.CommitAsync([late], None);
        await shipping.ShipAsync(None);

        sink.Details.ShouldBe(["early", "late"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_long_absence_is_made_up_for_in_batches()
    {
        var sink = new CollectingSink { Broken = true };
        var shipping = New(sink);
        await shipping.ShipAsync(None);
        for (var i = 0; i < 450; i++)
        {
            await RecordAsync($"{i}");
            time.Advance(TimeSpan.FromSeconds(2));
        }

        sink.Broken = false;
        await shipping.ShipAsync(None);

        sink.Details.ShouldBe(Enumerable.Range(0, 450).Select(i => $"{i}"));
        sink.Batches.ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_syslog_server_gets_whole_messages_with_their_length_in_front()
    {
        using var server = new SyslogReceiver();
        var received = server.ReceiveAsync(null, None);
        await new SyslogSink().SendAsync(server.Settings(SyslogTransport.Tcp), await EntriesAsync("first", "second\nline"), None);

        var messages = SyslogReceiver.Messages(await received);

        messages.Count.ShouldBe(2);
        messages[0].ShouldStartWith("<109>1 2026-03-04T05:06:07.000Z ");
        messages[0].ShouldContain(" cloudworkstation ");
        messages[0].ShouldContain(" session.end [audit@32473 id=\"");
        messages[0].ShouldContain("actor=\"ann \\\"the\\\" [1\\]\"");
        messages[1].ShouldEndWith("}");
        messages[1].ShouldContain("second\\nline");
    }

    [Fact(Timeout = Limit)]
    public async Task A_syslog_servers_certificate_is_checked()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var server = new SyslogReceiver();
        var trusting = server.Settings(SyslogTransport.Tls);
        trusting = trusting with { Syslog = trusting.Syslog with { Host = "localhost", CertificateAuthority = certificate.ExportCertificatePem() } };
        var entries = await EntriesAsync("protected");

        var received = server.ReceiveAsync(certificate, None);
        await new SyslogSink().SendAsync(trusting, entries, None);
        SyslogReceiver.Messages(await received).Single().ShouldContain("protected");

        var refused = server.ReceiveAsync(certificate, None);
        await Should.ThrowAsync<Exception>(() => new SyslogSink().SendAsync(trusting with { Syslog = trusting.Syslog with { CertificateAuthority = null } }, entries, None));
        (await refused).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_not_there_is_a_failure()
    {
        using var nobody = new ClosedPort();
        var settings = new AuditSettings { Syslog = new() { Host = "127.0.0.1", Port = nobody.Port, Transport = SyslogTransport.Tcp } };

        await Should.ThrowAsync<SocketException>(async () => await new SyslogSink().SendAsync(settings, await EntriesAsync("x"), None));
    }

    [Fact(Timeout = Limit)]
    public async Task Datagrams_carry_one_message_each()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var settings = new AuditSettings { Syslog = new() { Host = "127.0.0.1", Port = ((IPEndPoint)server.Client.LocalEndPoint!).Port, Transport = SyslogTransport.Udp } };
        await new SyslogSink().SendAsync(settings, await EntriesAsync("one", "two"), None);

        Encoding.UTF8.GetString((await server.ReceiveAsync(None)).Buffer).ShouldContain("\"detail\":\"one\"");
        Encoding.UTF8.GetString((await server.ReceiveAsync(None)).Buffer).ShouldContain("\"detail\":\"two\"");
    }

    [Fact(Timeout = Limit)]
    public async Task An_otlp_receiver_gets_log_records_with_its_headers_and_its_answer_counts()
    {
        using var receiver = new OtlpReceiver();
        var settings = new AuditSettings { Otlp = new() { Endpoint = $"{receiver.Address}v1/logs", Headers = [new OtlpHeader { Name = "x-key", Value = Secret.Of("k3y") }] } };
        using var sink = new OtlpSink();
        var entries = await EntriesAsync("one", "two");

        var answering = receiver.AnswerAsync(200, None);
        await sink.SendAsync(settings, entries, None);
        var (request, body) = await answering;
        var refusing = receiver.AnswerAsync(503, None);
        await Should.ThrowAsync<HttpRequestException>(() => sink.SendAsync(settings, entries, None));
        await refusing;

        (request.HttpMethod, request.Url!.AbsolutePath, request.ContentType, request.Headers["x-key"]).ShouldBe(("POST", "/v1/logs", "application/x-protobuf", "k3y"));
        var scope = ProtoReader.Fields(ProtoReader.Fields(body)[1].Single()).ShouldSatisfyAndReturn(2);
        var records = ProtoReader.Fields(scope)[2];
        records.Count.ShouldBe(2);
        var record = ProtoReader.Fields(records[0]);
        BitConverter.ToUInt64(record[1].Single()).ShouldBe((ulong)(entries[0].At.ToUnixTimeMilliseconds() * 1_000_000));
        Encoding.UTF8.GetString(ProtoReader.Fields(record[5].Single())[1].Single()).ShouldContain("\"detail\":\"one\"");
        record[6].Select(a => Encoding.UTF8.GetString(ProtoReader.Fields(a)[1].Single())).ShouldContain("audit.action");
    }

    [Fact(Timeout = Limit)]
    public async Task Settings_that_lead_nowhere_are_named()
    {
        await Task.Yield();
        var errors = AuditSettings.Check(new AuditSettings
        {
            Syslog = new() { Host = "a b", Port = 0, CertificateAuthority = "rubbish" },
            Otlp = new() { Endpoint = "ftp://x", Headers = [new OtlpHeader { Name = "a:b" }] },
        });

        errors.Select(e => e.Field).ShouldBe(["syslog.host", "syslog.port", "syslog.certificateAuthority", "otlp.endpoint", "otlp.headers[0].name"]);
        AuditSettings.Check(new AuditSettings()).ShouldBeEmpty();
    }

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<AuditExportState>> StateAsync(AuditShipping shipping) => (await shipping.ListAsync(Actor.System, None)).Value;

    private AuditShipping New(IAuditSink sink) => new(store, search, new Fixed(), [sink], time, NullLogger<AuditShipping>.Instance);

    private Task RecordAsync(string detail) => log.RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1", AuditResults.Accepted, detail, None);

    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync(params string[] details)
    {
        foreach (var detail in details)
        {
            await RecordAsync(detail);
        }

        return [.. (await log.QueryAsync(Actor.System, new AuditFilter(), None)).Value.Items.Reverse()];
    }

    private sealed class Fixed : ISettings<AuditSettings>
    {
        public ValueTask<AuditSettings> CurrentAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new AuditSettings());

        public Task<SettingsView<AuditSettings>> ReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<SettingsView<AuditSettings>>> ReplaceAsync(Actor actor, AuditSettings value, long? ifVersion, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
