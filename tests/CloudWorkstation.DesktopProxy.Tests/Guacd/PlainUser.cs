using System.Net.Sockets;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacd;

/// <summary>Talks to a guacd without a tunnel between them.</summary>
public sealed class PlainUser : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly InstructionReader _reader;

    private PlainUser(ScriptedGuacd guacd)
    {
        _client.Connect("127.0.0.1", guacd.Port);
        _reader = new InstructionReader(_client.GetStream());
    }

    public static PlainUser To(ScriptedGuacd guacd) => new(guacd);

    public async Task SendAsync(string opcode, params object[] arguments) => await SendRawAsync(new Instruction(opcode, arguments).ToBytes());

    public async Task SendRawAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes);

    public Task<Instruction?> ReadAsync() => _reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Everything up to an opcode is skipped.</summary>
    public async Task<Instruction> ReadAsync(string opcode)
    {
        while (await ReadAsync() is { } instruction)
        {
            if (instruction.Opcode == opcode)
            {
                return instruction;
            }
        }

        throw new EndOfStreamException($"The scripted guacd ended before '{opcode}'.");
    }

    /// <summary>Up to <c>ready</c>; the result is the connection's id.</summary>
    public Task<string> ConnectAsync(string what = "vnc") => ConnectAsync(what, name => name + "'s value");

    public async Task<string> ConnectAsync(string what, Func<string, string> value)
    {
        await SendAsync("select", what);
        var args = (await ReadAsync())!;
        args.Opcode.ShouldBe("args");
        await SendAsync("size", 640, 480, 96);
        await SendAsync("audio");
        await SendAsync("connect", [args[0], .. args.Arguments.Skip(1).Select(value)]);
        return (await ReadAsync("ready"))[0];
    }

    public void Dispose() => _client.Dispose();
}
