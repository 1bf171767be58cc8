using System.Text;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Tests.Recording;

/// <summary>What is kept of what a person does, for each protocol.</summary>
public sealed class InputTests
{
    [Fact(Timeout = 60_000)]
    public async Task Keys_pointer_and_clipboard_are_found_among_the_pages_instructions()
    {
        var seen = await SeenAsync(recorder =>
        {
            var inputs = new GuacamoleInputs(recorder);
            inputs.Take(Encoding.UTF8.GetBytes("4.sync,5.12345;3.key,5.65307,1.1;9.clipboard,1.1,10.text/plain;5.mouse,3.640,3.480,1.1;"));
            inputs.Take(Encoding.UTF8.GetBytes("4.blob,1.0,4.äöü😀;3.key,2.97,1.0,4.1234;4.file,1.1,1.a,1.b;"));
        });
        seen.Where(r => r.Kind == RecordKind.Key).Select(r => Convert.ToHexString(r.Content)).ShouldBe(["010000FF1B", "0000000061"]);
        seen.Single(r => r.Kind == RecordKind.Pointer).Content.ShouldBe([1, 2, 128, 1, 224]);
        seen.Where(r => r.Kind == RecordKind.Mark).Select(r => (char)r.Content[0]).ShouldBe(['k', 'c', 'p', 'f']);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_instruction_is_not_looked_at_any_further()
    {
        foreach (var text in new[] { "", "3.key", "3.key,", "99999999999999.x", "x.y;", "3.key,2.97", "3key;", "-1.x;" })
        {
            (await SeenAsync(recorder => new GuacamoleInputs(recorder).Take(Encoding.UTF8.GetBytes(text)))).ShouldNotContain(r => r.Kind == RecordKind.Key);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_of_rfb_messages_is_followed_in_pieces_of_any_size()
    {
        byte[] stream =
        [
            0, 0, 0, 0, .. new byte[16], // SetPixelFormat
            2, 0, 0, 2, 0xff, 0xff, 0xfe, 0xc4, 0, 0, 0, 7, // SetEncodings with extended mouse buttons
            4, 1, 0, 0, 0, 0, 0, 0x41,
            5, 0x81, 0, 10, 0, 20, 1, // a pointer with the marker, so with a byte more
            6, 0, 0, 0, 0, 0, 0, 3, (byte)'a', (byte)'b', (byte)'c',
            255, 0, 0, 1, 0, 0, 0, 0x42, 0, 0, 0, 30,
        ];
        foreach (var size in new[] { 1, 2, 7, stream.Length })
        {
            var seen = await SeenAsync(recorder =>
            {
                var client = new ClientStream(new RfbRules(ClipboardRule.Both)) { Tap = new RecordingTap(recorder, new RfbInputs(recorder).Take) };
                foreach (var piece in stream.Chunk(size))
                {
                    byte[] buffer = [.. new byte[BrowserReader.Headroom], .. piece];
                    var (from, run) = (BrowserReader.Headroom, default(Run));
                    client.Take(buffer, ref from, buffer.Length, ref run);
                }
            });
            seen.Where(r => r.Kind == RecordKind.Key).Select(r => r.Content[4]).ShouldBe([0x41, 0x42], $"in pieces of {size}");
            seen.Where(r => r.Kind == RecordKind.Mark).Select(r => (char)r.Content[0]).ShouldBe(['k', 'p', 'c']);
        }
    }

    private static async Task<List<(RecordKind Kind, byte[] Content)>> SeenAsync(Action<Recorder> act)
    {
        var api = new KeptChunks();
        var order = new RecordingOrder("01kfake0000000000000000000", Keys: true, "", long.MaxValue, int.MaxValue);
        var key = new byte[32];
        using var recorder = new Recorder(
            order,
            "rfb",
            new RecordingLimits(),
            buffer => new RecordingSender(order, key, buffer, api, new RecordingLimits(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RecordingSender>.Instance),
            TimeProvider.System,
            _ => { });
        act(recorder);
        await recorder.FinishAsync("closed");
        return api.Records(order.Id, key);
    }

    private sealed class KeptChunks : IRecordingApi
    {
        private readonly List<byte[]> _chunks = [];

        public Task<int> PutAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
        {
            _chunks.Add(chunk.ToArray());
            return Task.FromResult(204);
        }

        public Task<int> CompleteAsync(string recording, CompleteRecording complete, CancellationToken cancellationToken) => Task.FromResult(204);

        public List<(RecordKind Kind, byte[] Content)> Records(string id, byte[] key)
        {
            using var aes = new System.Security.Cryptography.AesGcm(key, 16);
            var records = new List<(RecordKind, byte[])>();
            for (var i = 0; i < _chunks.Count; i++)
            {
                ReadOnlySpan<byte> rest = ChunkSeal.Open(aes, id, (uint)i, _chunks[i]);
                while (StreamRecord.TryRead(ref rest, out var record))
                {
                    records.Add((record.Kind, record.Content.ToArray()));
                }
            }

            return records;
        }
    }
}
