using System.Text;

namespace CloudWorkstation.Guacd;

/// <summary>What a user told about itself before <c>ready</c>.</summary>
public sealed class Handshake
{
    /// <summary>A protocol, or the id of the connection to join.</summary>
    public string Selected { get; internal set; } = "";

    /// <summary>size, audio, video, image, timezone and name, as sent.</summary>
    public Dictionary<string, IReadOnlyList<string>> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>The protocol's version that the user chose.</summary>
    public string Version { get; internal set; } = "";

    /// <summary>The values of <c>connect</c> by the names that were announced.</summary>
    public IReadOnlyDictionary<string, string> Values { get; internal set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The steps up to <c>ready</c>; the result is the connection, null when there is none.</summary>
    internal static async Task<GuacdConnection?> RunAsync(GuacdUser user, ScriptedGuacd guacd)
    {
        if (await user.ReadAsync() is not { Opcode: "select", Arguments.Count: 1 } select)
        {
            return null;
        }

        user.Handshake.Selected = select[0];
        return await FailAsync(user, guacd.Script.Fault) ? null : await ConnectAsync(user, guacd);
    }

    private static async Task<GuacdConnection?> ConnectAsync(GuacdUser user, ScriptedGuacd guacd)
    {
        var (selected, script) = (user.Handshake.Selected, guacd.Script);
        var joins = selected.StartsWith('$');
        var connection = joins ? guacd.Find(selected) : script.Protocols.Contains(selected, StringComparer.Ordinal) ? guacd.Open(selected) : null;
        if (connection is null)
        {
            // A protocol without a plugin ends without a word.
            await (joins ? user.SendAsync(new Instruction("error", "No such connection.", (int)Status.ResourceNotFound)) : Task.CompletedTask);
            return null;
        }

        user.Joins = joins;
        connection.Add(user);
        var names = Announced.Names(connection.Protocol, script.Version);
        await user.SendAsync(new Instruction("args", [Announced.ProtocolVersion(script.Version), .. names]));
        var answered = await ReadToldAsync(user) is { } connect && await IsReadyAsync(user, script.Fault, connection, names, connect);
        if (!answered)
        {
            user.Leave(connection);
        }

        return answered ? connection : null;
    }

    private static async Task<Instruction?> ReadToldAsync(GuacdUser user)
    {
        while (await user.ReadAsync() is { } instruction)
        {
            if (instruction.Opcode == "connect")
            {
                return instruction;
            }

            user.Handshake.Told[instruction.Opcode] = instruction.Arguments;
        }

        return null;
    }

    private static async Task<bool> IsReadyAsync(GuacdUser user, Fault fault, GuacdConnection connection, IReadOnlyList<string> names, Instruction connect)
    {
        if (fault is Fault.DiesAtConnect)
        {
            return false;
        }

        if (fault is Fault.NeverReady)
        {
            await user.UntilGoneAsync();
            return false;
        }

        user.Handshake.Version = connect.Arguments.Count > 0 ? connect[0] : "";
        user.Handshake.Values = names.Zip(connect.Arguments.Skip(1)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

        // The real one says so before it counts the values, too.
        await user.SendAsync(new Instruction("ready", connection.Id));
        return connect.Arguments.Count == names.Count + 1;
    }

    private static async Task<bool> FailAsync(GuacdUser user, Fault fault)
    {
        switch (fault)
        {
            case Fault.DiesAtSelect:
                return true;
            case Fault.NeverAnswers:
                await user.UntilGoneAsync();
                return true;
            case Fault.Rubbish:
                await user.SendRawAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                return true;
            case Fault.ReadyAtOnce:
                await user.SendAsync(new Instruction("ready", "$early"));
                await user.UntilGoneAsync();
                return true;
            case Fault.EndlessArguments:
                await EndlesslyAsync(user);
                return true;
            default:
                return false;
        }
    }

    private static async Task EndlesslyAsync(GuacdUser user)
    {
        await user.SendRawAsync("4.args,13.VERSION_1_5_0"u8.ToArray());
        var names = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(",8.hostname", 100)));
        while (!user.Gone.IsCancellationRequested)
        {
            await user.SendRawAsync(names);
        }
    }
}
