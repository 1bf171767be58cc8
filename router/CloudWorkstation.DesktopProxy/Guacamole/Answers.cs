using System.Globalization;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>Instructions that the proxy says itself; ASCII all of them, so everybody counts them alike.</summary>
internal static class Answers
{
    /// <summary>Code of the <c>msg</c> instructions by which the page learns what was kept from it.</summary>
    public const int Withheld = 4006;

    public static readonly byte[] Nop = "3.nop;"u8.ToArray();
    public static readonly byte[] Disconnect = "10.disconnect;"u8.ToArray();

    /// <summary>The tunnel's own first message.</summary>
    public static byte[] Greeting(Guid tunnel) => Write("", tunnel.ToString("D"));

    /// <summary>Tells a stream's peer that it is refused.</summary>
    public static byte[] Refusal(int stream, string why) => Write("ack", Text(stream), why, Text(GuacamoleStatus.Forbidden));

    public static byte[] End(int stream) => Write("end", Text(stream));

    /// <summary>Tells the page that a stream of the desktop's is kept from it, or goes no further.</summary>
    public static byte[] Notice(int stream, string why) => Write("msg", Text(Withheld), Text(stream), why);

    /// <summary>An instruction of any elements, counted as guacd counts.</summary>
    public static byte[] Write(params ReadOnlySpan<string> elements)
    {
        var text = new StringBuilder();
        foreach (var element in elements)
        {
            text.Append(text.Length > 0 ? "," : "")
                .Append(CultureInfo.InvariantCulture, $"{element.EnumerateRunes().Count()}.").Append(element);
        }

        return Encoding.UTF8.GetBytes(text.Append(';').ToString());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
