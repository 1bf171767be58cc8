using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Tokens.Recordings;
using Moq;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>Alice's desktop, whose template wants its sessions recorded, and the desktop proxy's part played by the test.</summary>
internal sealed class RecordedSession
{
    private RecordedSession(TestManager manager, string desktop, string connection, RecordingOrder order)
    {
        (Manager, Desktop, Connection, Order) = (manager, desktop, connection, order);
        Key = TestManager.Proxies.Rsa.Decrypt(Base64Url.DecodeFromChars(order.Key), RSAEncryptionPadding.OaepSHA256);
    }

    public TestManager Manager { get; }

    public string Desktop { get; }

    public string Connection { get; }

    public RecordingOrder Order { get; }

    public byte[] Key { get; }

    public string Id => Order.Id;

    public IRecordingIntake Intake => Manager.Get<IRecordingIntake>();

    public IRecordingService Recordings => Manager.Get<IRecordingService>();

    public static void Want(TestManager manager, string what, int? days = null)
    {
        for (var i = 0; i < manager.Templates.All.Count; i++)
        {
            var template = manager.Templates.All[i];
            manager.Templates.All[i] = template with { Session = template.Session with { Recording = what, RecordingRetentionDays = days } };
        }
    }

    public static async Task<RecordedSession> OpenAsync(TestManager manager, string what = "keys", int? days = null)
    {
        Want(manager, what, days);
        var (desktop, connection) = await GrantedAsync(manager);
        var opened = (await manager.Get<IConnectionService>().OpenAsync(connection, CancellationToken.None)).Value;
        return new RecordedSession(manager, desktop, connection, opened.Recording!);
    }

    public static async Task<(string Desktop, string Connection)> GrantedAsync(TestManager manager)
    {
        manager.Sessions.Setup(s => s.FindLiveAsync("acc-alice", It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(
            (string _, string id, CancellationToken _) => new SessionInfo(id, "acc-alice", "alice", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null));
        var desktop = await manager.BuildAsync(TestManager.Alice);
        return (desktop.Id, (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, CancellationToken.None)).Value.ConnectionId);
    }

    /// <summary>A chunk of one screen record, one mark and one key, a second after the other.</summary>
    public byte[] Chunk(uint number, string text = "what was on the screen")
    {
        var records = Records(number, text);
        var chunk = new byte[ChunkSeal.MaximumBytes];
        using var aes = new AesGcm(Key, 16);
        var sealedLength = ChunkSeal.Seal(aes, Id, new ChunkHead(number, number * 1000, number * 1000, records.Length, false), records, chunk);
        return chunk[..sealedLength];
    }

    /// <summary>What is in it.</summary>
    public static byte[] Records(uint number, string text = "what was on the screen")
    {
        var records = new byte[1000];
        var length = 0;
        void Add(RecordKind kind, ReadOnlySpan<byte> content)
        {
            StreamRecord.WriteHead(records.AsSpan(length), kind, number * 1000, content.Length);
            content.CopyTo(records.AsSpan(length + StreamRecord.HeadBytes));
            length += StreamRecord.HeadBytes + content.Length;
        }

        Add(RecordKind.Screen, Encoding.UTF8.GetBytes(text));
        Add(RecordKind.Mark, "k"u8);
        Add(RecordKind.Key, [1, 0, 0, 0, (byte)('a' + number)]);
        return records[..length];
    }

    public async Task PutAsync(uint from, uint to)
    {
        for (var number = from; number < to; number++)
        {
            (await Intake.PutAsync(Id, number, Chunk(number), CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
    }

    public Task<List<uint>> PlayAsync(Actor actor, uint from = 0, uint to = uint.MaxValue) => PlayAsync(actor, new RecordingPart { From = from, To = to });

    public async Task<List<uint>> PlayAsync(Actor actor, RecordingPart part)
    {
        var opened = await Recordings.OpenAsync(actor, Id, part, CancellationToken.None);
        var numbers = new List<uint>();
        await foreach (var chunk in opened.Value)
        {
            Encoding.UTF8.GetString(chunk.Records.Span).ShouldContain("what was on the screen");
            numbers.Add(chunk.Number);
        }

        return numbers;
    }

    public async Task<Recording> ReadAsync() => (await Recordings.GetAsync(TestManager.Admin, Id, CancellationToken.None)).Value;

    public Task RoundAsync() => Manager.Get<RecordingRounds>().RunAsync(CancellationToken.None);
}
