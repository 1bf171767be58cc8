using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Who joins, and how his screen is.</summary>
internal sealed record GuacdUser(DesktopTarget Target, GuacamoleRules Rules, ScreenRequest Screen, string Name);

/// <summary>
/// The proxy as client of guacd, up to <c>ready</c>: select, args, the user's abilities, connect. It reads one instruction at a time and keeps what came
/// behind the last one for the pump.
/// </summary>
internal sealed class GuacdClient(Socket guacd) : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int MaximumArguments = 256;
    private const int MaximumId = 64;

    private readonly InstructionScanner _scanner = new(Counting.CodePoints, InstructionLimits.OfGuacd);
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _from;
    private int _to;

    /// <summary>What came behind the last instruction read; belongs to the pump.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_from, _to - _from);

    /// <summary>Opens a connection of <paramref name="user"/>'s protocol, or joins the one that <paramref name="join"/> names.</summary>
    /// <returns>guacd's id of the connection; null when there is none to join any more.</returns>
    /// <exception cref="EngineException">guacd refused, lied or left.</exception>
    public async Task<string?> ConnectAsync(GuacdUser user, string? join, CancellationToken cancellationToken)
    {
        await SendAsync([Answers.Write("select", join ?? user.Target.Protocol)], cancellationToken);
        var args = await ReadAsync(cancellationToken);
        if (join is not null && args is null or ["error", ..])
        {
            return null;
        }

        var names = Expect(args, "args")[1..];
        await SendAsync(Introduction(user, names), cancellationToken);
        var ready = Expect(await ReadAsync(cancellationToken), "ready");
        return ready is [_, { Length: > 0 and <= MaximumId } id] ? id : throw Broken("a ready without an id");
    }

    /// <summary>The next instruction's elements; null at the end of the connection.</summary>
    public async Task<string[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (Scan(out var elements))
            {
                case Scanned.Whole:
                    return elements;
                case Scanned.Refused:
                    throw Broken(_scanner.Failure);
            }

            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
            var received = await guacd.ReceiveAsync(_buffer.AsMemory(_to, BufferBytes - _to), SocketFlags.None, cancellationToken);
            if (received == 0)
            {
                return null;
            }

            _to += received;
        }
    }

    public async Task SendAsync(IEnumerable<byte[]> instructions, CancellationToken cancellationToken) =>
        await guacd.SendAsync(instructions.SelectMany(i => i).ToArray().AsMemory(), SocketFlags.None, cancellationToken);

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            // It may have held the desktop's secret of others; ours is only ever sent.
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static IEnumerable<byte[]> Introduction(GuacdUser user, string[] names)
    {
        if (names.Length > MaximumArguments)
        {
            throw Broken($"{names.Length} arguments; at most {MaximumArguments} are taken");
        }

        var version = names.FirstOrDefault(n => n.StartsWith("VERSION_", StringComparison.Ordinal)) ?? "";
        yield return Answers.Write("size", Text(user.Screen.Width), Text(user.Screen.Height), Text(user.Screen.Dpi));
        yield return Answers.Write(["audio", .. user.Screen.Audio]);
        yield return Answers.Write("video");
        yield return Answers.Write(["image", .. user.Screen.Images]);
        if (string.CompareOrdinal(version, "VERSION_1_1_0") >= 0 && user.Screen.Timezone.Length > 0)
        {
            yield return Answers.Write("timezone", user.Screen.Timezone);
        }

        if (string.CompareOrdinal(version, "VERSION_1_3_0") >= 0 && user.Name.Length > 0)
        {
            yield return Answers.Write("name", user.Name);
        }

        yield return Answers.Write(["connect", .. ConnectArguments.Values(names, user.Target, user.Rules)]);
    }

    private Scanned Scan(out string[] elements)
    {
        var bytes = Rest;
        var scanned = bytes.IsEmpty ? Scanned.Partial : _scanner.Next(bytes, isAscii: false);
        elements = [];
        if (scanned == Scanned.Whole)
        {
            elements = Elements(bytes, out var length);
            _from += length;
        }

        return scanned;
    }

    // Whole and well-formed, as the scanner has found; once a session.
    private static string[] Elements(ReadOnlySpan<byte> bytes, out int length)
    {
        var elements = new List<string>();
        for (length = 0; ;)
        {
            var dot = bytes[length..].IndexOf((byte)'.');
            var characters = int.Parse(bytes.Slice(length, dot), NumberStyles.None, CultureInfo.InvariantCulture);
            length += dot + 1;
            var start = length;
            for (; characters > 0; characters--)
            {
                Rune.DecodeFromUtf8(bytes[length..], out _, out var consumed);
                length += consumed;
            }

            elements.Add(Encoding.UTF8.GetString(bytes[start..length]));
            if (bytes[length++] == (byte)';')
            {
                return [.. elements];
            }
        }
    }

    private static string[] Expect(string[]? instruction, string opcode) => instruction switch
    {
        null => throw new EngineException(SessionEnd.Unreachable, $"guacd closed the connection where '{opcode}' was due."),
        ["error", _, var code, ..] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) =>
            throw new GuacdRefusal(status),
        [var name, ..] when name == opcode => instruction,
        _ => throw Broken($"something else where '{opcode}' was due"),
    };

    private static EngineException Broken(string what) => new(SessionEnd.Protocol, $"guacd sent {what}.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>guacd keeps to the protocol and says no.</summary>
internal sealed class GuacdRefusal(int status, string? why = null)
    : EngineException(GuacamoleStatus.EndOf(status), why ?? $"guacd refused with status {status}: {GuacamoleStatus.SentenceOf(status)}")
{
    public int Status { get; } = status;
}
