using System.Globalization;

namespace CloudWorkstation.Guacd.Translator;

/// <summary>Lines on standard input that make the remote side do something by itself, for everybody who is connected.</summary>
public static class Orders
{
    public static async Task ObeyAsync(ScriptedGuacd guacd, TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            foreach (var user in guacd.Connections.Values.SelectMany(connection => connection.Users))
            {
                _ = ObeyAsync(user, words[0], words.Length > 1 ? words[1] : "");
            }
        }
    }

    private static async Task ObeyAsync(GuacdUser user, string order, string what)
    {
        try
        {
            await (order switch
            {
                // file NAME BYTES
                "file" => user.FileAsync(what.Split(' ')[0], [.. Enumerable.Range(0, Number(what.Split(' ')[1])).Select(i => (byte)i)]),
                "tone" => user.AudioAsync(TimeSpan.FromMilliseconds(Number(what))),
                "clipboard" => user.ClipboardAsync(what),
                "error" => user.ErrorAsync((Status)Number(what)),
                "require" => user.RequiredAsync(what.Split(' ')),
                "raw" => user.SendRawAsync(System.Text.Encoding.UTF8.GetBytes(what)),
                "die" => DieAsync(user),
                _ => Console.Error.WriteLineAsync($"There is no order '{order}'."),
            });
        }
        catch (Exception e) when (GuacdUser.IsEnd(e))
        {
            // Left meanwhile.
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            await Console.Error.WriteLineAsync($"'{order} {what}': {e.Message}");
        }
    }

    private static Task DieAsync(GuacdUser user)
    {
        user.Die();
        return Task.CompletedTask;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
