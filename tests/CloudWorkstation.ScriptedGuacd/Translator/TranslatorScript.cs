namespace CloudWorkstation.Guacd.Translator;

/// <summary>What the program does: a VNC server's real screen, and for rdp and ssh a painted one.</summary>
public static class TranslatorScript
{
    private const int PaintedWidth = 1024;
    private const int PaintedHeight = 768;

    public static Script Create() => new()
    {
        Session = RunAsync,
        KeepsRecords = false,
        Files = new RemoteFiles().Store("/Documents/notes.txt", "Notes from the remote side.\n"u8.ToArray()).Store("/hello.txt", "Hello from the remote side.\n"u8.ToArray()),
    };

    private static Task RunAsync(GuacdUser user) => user.Connection!.Protocol == "vnc" ? TranslateAsync(user) : PaintAsync(user);

    private static async Task TranslateAsync(GuacdUser user)
    {
        var values = user.Handshake.Values;
        var screen = user.Connection!.Shared(() => VncScreen.Open(user.Connection, values));
        try
        {
            await screen.JoinAsync(user, values.GetValueOrDefault("disable-paste") != "true");
            if (await Task.WhenAny(screen.Ended, user.UntilGoneAsync()) == screen.Ended)
            {
                await user.ErrorAsync(await screen.Ended);
            }
        }
        finally
        {
            screen.Leave();
        }
    }

    /// <summary>A screen of one colour, the same for all who joined, that changes with each key that one of them presses who may.</summary>
    private static async Task PaintAsync(GuacdUser user)
    {
        var painted = user.Connection!.Shared(() => new Painted());
        var mayType = user.Handshake.Values.GetValueOrDefault("read-only") != "true";
        await user.SendAsync(new Instruction("name", user.Connection.Protocol), new Instruction("size", 0, PaintedWidth, PaintedHeight));
        user.Taken = i => mayType && i is { Opcode: "key", Arguments: [_, "1", ..] } ? Task.WhenAll(Repainted(user.Connection, painted.Next())) : Task.CompletedTask;
        await PaintAsync(user, painted.Shade);
        await user.UntilGoneAsync();
    }

    private static IEnumerable<Task> Repainted(GuacdConnection connection, byte shade) => connection.Users.Select(async user =>
    {
        try
        {
            await PaintAsync(user, shade);
        }
        catch (Exception e) when (GuacdUser.IsEnd(e))
        {
            // Left; the others stay.
        }
    });

    private static async Task PaintAsync(GuacdUser user, byte shade)
    {
        await user.SendAsync(new Instruction("rect", 0, 0, 0, PaintedWidth, PaintedHeight), new Instruction("cfill", 14, 0, 32, shade, 96, 255));
        await user.EndFrameAsync();
    }

    private sealed class Painted
    {
        private int _shade = 64;

        public byte Shade => (byte)Volatile.Read(ref _shade);

        public byte Next() => (byte)Interlocked.Add(ref _shade, 16);
    }
}
