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
    public static async Task<GuacdRefusal?> KnockAsync(Socket socket, GuacdAddress guacd, DesktopTarget target, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(guacd.Host, guacd.Port, cancellationToken);
        using var client = new GuacdClient(socket);
        await client.ConnectAsync(new GuacdUser(target, LookOnly, ScreenRequest.Usual, ""), join: null, cancellationToken);
        while (await client.ReadAsync(cancellationToken) is { } instruction)
        {
            switch (instruction)
            {
                case ["sync", ..]:
                    await client.SendAsync([Answers.Disconnect], cancellationToken);
                    return null;
                case ["error", _, var code, ..]:
                    return new GuacdRefusal(int.TryParse(code, out var status) ? status : 0);
                case ["disconnect"]:
                    return new GuacdRefusal(GuacamoleStatus.Closed);
            }
        }

        return new GuacdRefusal(GuacamoleStatus.Closed);
    }
}
