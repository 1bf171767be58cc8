using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace CloudWorkstation.Guacd;

/// <summary>A user's streams in both directions, its clipboard and its view of the files.</summary>
internal sealed class UserStreams(GuacdUser user, RemoteFiles? files)
{
    private const int BlobBytes = 4_096;
    private const int MaximumStreams = 64;

    private readonly ConcurrentDictionary<int, Incoming> _incoming = new();
    private readonly ConcurrentDictionary<int, Channel<Status>> _outgoing = new();
    private readonly ConcurrentQueue<string> _clipboards = new();
    private readonly ConcurrentQueue<(string Name, byte[] Content)> _uploads = new();
    private readonly ConcurrentBag<Task> _running = [];

    private sealed record Incoming(string Name, bool IsClipboard)
    {
        public MemoryStream Content { get; } = new();
    }

    public IReadOnlyList<string> Clipboards => [.. _clipboards];

    public IReadOnlyList<(string Name, byte[] Content)> Uploads => [.. _uploads];

    public Task ShowFilesAsync() => files is null ? Task.CompletedTask : user.SendAsync(new Instruction("filesystem", RemoteFiles.Object, files.Name));

    public Task DrainAsync() => Task.WhenAll(_running);

    public Task TakeAsync(Instruction i)
    {
        try
        {
            return i.Opcode switch
            {
                "sync" when long.Parse(i[0], System.Globalization.CultureInfo.InvariantCulture) > user.LastSync => throw new MalformedException("A sync from the future."),
                "clipboard" => Begin(i.Number(0), new Incoming("", IsClipboard: true)),
                "file" => BeginUploadAsync(i.Number(0), i[2]),
                "put" => BeginUploadAsync(i.Number(1), i[3]),
                "get" => Get(i[1]),
                "blob" => TakeBlobAsync(i.Number(0), i[1]),
                "end" => EndAsync(i.Number(0)),
                "ack" => TakeAck(i),
                "disconnect" => throw new OperationCanceledException(),
                _ => Task.CompletedTask,
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new MalformedException($"{i.Opcode}: {e.Message}");
        }
    }

    /// <summary>A stream that is sent at once.</summary>
    public async Task SendAsync(Func<int, Instruction> begin, byte[] content)
    {
        var stream = Take(Channel.CreateUnbounded<Status>());
        await user.SendAsync([begin(stream), .. content.Chunk(BlobBytes).Select(part => Blob(stream, part)), new Instruction("end", stream)]);
        _outgoing.TryRemove(stream, out _);
    }

    /// <summary>A stream of which each blob waits for the ack of what was before it.</summary>
    public async Task<Status> SendPacedAsync(Func<int, Instruction> begin, byte[] content)
    {
        var acks = Channel.CreateUnbounded<Status>();
        var stream = Take(acks);
        await user.SendAsync(begin(stream));
        foreach (var part in content.Chunk(BlobBytes).Append([]))
        {
            var status = await acks.Reader.ReadAsync(user.Gone);
            if (status != Status.Success)
            {
                _outgoing.TryRemove(stream, out _);
                return status;
            }

            await user.SendAsync(part.Length > 0 ? Blob(stream, part) : new Instruction("end", stream));
        }

        _outgoing.TryRemove(stream, out _);
        return Status.Success;
    }

    private static Instruction Blob(int stream, byte[] part) => new("blob", stream, Convert.ToBase64String(part));

    // A single user's streams have even numbers.
    private int Take(Channel<Status> acks)
    {
        for (var stream = 0; stream < 2 * MaximumStreams; stream += 2)
        {
            if (_outgoing.TryAdd(stream, acks))
            {
                return stream;
            }
        }

        throw new InvalidOperationException("All streams are in use.");
    }

    private Task Begin(int stream, Incoming incoming)
    {
        _incoming[stream] = incoming;
        return Task.CompletedTask;
    }

    private Task BeginUploadAsync(int stream, string name)
    {
        if (files is null)
        {
            return AckAsync(stream, "File transfer unsupported", Status.Unsupported);
        }

        _incoming[stream] = new Incoming(name, IsClipboard: false);
        return AckAsync(stream, "OK (STREAM BEGIN)", Status.Success);
    }

    private Task TakeBlobAsync(int stream, string text)
    {
        if (!_incoming.TryGetValue(stream, out var incoming))
        {
            return AckAsync(stream, "Invalid stream", Status.ClientBadRequest);
        }

        incoming.Content.Write(Convert.FromBase64String(text));
        return incoming.IsClipboard ? Task.CompletedTask : AckAsync(stream, "OK (DATA RECEIVED)", Status.Success);
    }

    private Task EndAsync(int stream)
    {
        if (!_incoming.TryRemove(stream, out var incoming))
        {
            return AckAsync(stream, "Invalid stream", Status.ClientBadRequest);
        }

        var content = incoming.Content.ToArray();
        if (incoming.IsClipboard)
        {
            var text = Encoding.UTF8.GetString(content);
            _clipboards.Enqueue(text);
            return user.Pasted?.Invoke(text) ?? Task.CompletedTask;
        }

        files!.Store(incoming.Name, content);
        _uploads.Enqueue((incoming.Name, content));
        return AckAsync(stream, "OK (STREAM END)", Status.Success);
    }

    private Task TakeAck(Instruction ack)
    {
        if (_outgoing.TryGetValue(ack.Number(0), out var acks))
        {
            acks.Writer.TryWrite((Status)ack.Number(2));
        }

        return Task.CompletedTask;
    }

    // It waits for acks, which whoever calls this must go on reading.
    private Task Get(string path)
    {
        if (files?.Find(path) is { } found)
        {
            _running.Add(AnswerAsync(path, found.Type, found.Content));
        }

        return Task.CompletedTask;
    }

    private async Task AnswerAsync(string path, string type, byte[] content)
    {
        try
        {
            await SendPacedAsync(stream => new Instruction("body", RemoteFiles.Object, stream, type, path), content);
        }
        catch (Exception e) when (GuacdUser.IsEnd(e))
        {
            // Gone.
        }
    }

    private Task AckAsync(int stream, string text, Status status) => user.SendAsync(new Instruction("ack", stream, text, (int)status));
}
