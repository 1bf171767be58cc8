using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// Asks a desktop through guacd whether it lets us in: guacd says <c>ready</c> before it has dialled anybody, so the answer is the first frame or the
/// first error.
/// </summary>
internal static class GuacdProbe
{
    private static readonly GuacamoleRules LookOnly = new(ClipboardRule.Off, Upload: false, Download: false, 0, 0, IsViewOnly: true);

    /// <returns>What is wrong; null when the desktop has shown itself.</returns>
    /// <exception cref="Engines.EngineException">guacd refused, lied or left.</exception>
    public static async Task<GuacdRefusal?> KnockAsync(Socket socket, GuacdAddress guacd, DesktopTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(guacd.Host, guacd.Port, cancellationToken);
        using var client = new GuacdClient(socket);
        await client.ConnectAsync(new GuacdUser(target, LookOnly, ScreenRequest.Usual, ""), join: null, cancellationToken);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var nudges = EarlyFailure.NudgeAsync(token => client.SendAsync([Answers.Nop], token), _ => true, time, answered.Token);
        try
        {
            return await FirstFrameAsync(client, cancellationToken);
        }
        finally
        {
            await answered.CancelAsync();
            await nudges;
        }
    }

    private static async Task<GuacdRefusal?> FirstFrameAsync(GuacdClient client, CancellationToken cancellationToken)
    {
        while (await client.ReadAsync(cancellationToken) is { } instruction)
        {
            switch (instruction)
            {
                case ["sync", ..]:
                    return null;
                case ["error", _, var code, ..]:
                    return new GuacdRefusal(int.TryParse(code, out var status) ? status : 0);
                case ["required", .. var names]:
                    return new GuacdRefusal(GuacamoleStatus.Unauthorized, $"The desktop asks for {string.Join(", ", names.Where(n => n.All(char.IsAsciiLetter)))}: the template must say it, or have people sign in themselves (sign_in: person).");
                case ["disconnect"]:
                    return Untold();
            }
        }

        return Untold();
    }

    private static GuacdRefusal Untold() => new(GuacamoleStatus.Closed, EarlyFailure.Untold);
}
