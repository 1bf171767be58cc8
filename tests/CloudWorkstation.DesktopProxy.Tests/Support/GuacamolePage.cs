using System.Globalization;
using System.Text;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A page of the Guacamole engine: counts in UTF-16 units as guacamole-common-js does, and checks that every message holds whole instructions.</summary>
public sealed class GuacamolePage(RawBrowser browser) : IDisposable
{
    private readonly Queue<string[]> _instructions = new();

    public RawBrowser Browser => browser;

    /// <summary>How many instructions each text message held.</summary>
    public List<int> Messages { get; } = [];

    public static readonly DesktopTarget Target = new("desktop.test", 5901, "vnc", "s3cret!x");

    public static Dictionary<string, string> Headers(string token, string? subProtocol = "guacamole")
    {
        var headers = RawBrowser.Headers(token);
        if (subProtocol is not null)
        {
            headers["Sec-WebSocket-Protocol"] = subProtocol;
        }

        return headers;
    }

    public static async Task<GuacamolePage> ConnectAsync(TestProxy proxy, DesktopTarget? target = null, string query = "?width=800&height=600", string? connection = null)
    {
        var browser = await RawBrowser.RequestAsync(
            proxy.Address, Headers(TestProxy.Token(target ?? Target, connection)), $"/desktop/{TestProxy.DesktopId}/guacamole{query}");
        browser.Status.ShouldBe(101, browser.Body);
        browser.Head.ShouldContain("Sec-WebSocket-Protocol: guacamole\r\n");
        return new GuacamolePage(browser);
    }

    /// <summary>Connects and reads the tunnel's greeting.</summary>
    public static async Task<GuacamolePage> OpenAsync(TestProxy proxy, DesktopTarget? target = null, string query = "?width=800&height=600", string? connection = null)
    {
        var page = await ConnectAsync(proxy, target, query, connection);
        var greeting = await page.ReadAsync();
        greeting.Length.ShouldBe(2);
        greeting[0].ShouldBe("");
        Guid.TryParseExact(greeting[1], "D", out _).ShouldBeTrue(greeting[1]);
        return page;
    }

    /// <summary>An instruction as a page writes it.</summary>
    public static string Instruction(params object[] elements) =>
        string.Join(',', elements.Select(e => Convert.ToString(e, CultureInfo.InvariantCulture)!).Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Length}.{e}"))) + ";";

    public async Task SendAsync(params object[] elements) => await SendRawAsync(Instruction(elements));

    public async Task SendRawAsync(string text) => await browser.WriteAsync(RawBrowser.Frame(1, Encoding.UTF8.GetBytes(text)));

    /// <summary>The next instruction; pings of the WebSocket are skipped, a close frame fails the test.</summary>
    public async Task<string[]> ReadAsync()
    {
        while (_instructions.Count == 0)
        {
            var frame = await browser.ReadFrameAsync() ?? throw new EndOfStreamException("The proxy closed without a close frame.");
            frame.Opcode.ShouldNotBe(8, frame.Opcode == 8 ? $"closed with {frame.CloseCode} {frame.CloseReason}" : null);
            if (frame.Opcode == 1)
            {
                Take(new UTF8Encoding(false, true).GetString(frame.Payload));
            }
        }

        return _instructions.Dequeue();
    }

    /// <summary>The next instruction of a kind, whatever comes before it.</summary>
    public async Task<string[]> ReadAsync(string opcode)
    {
        while (true)
        {
            var instruction = await ReadAsync();
            if (instruction[0] == opcode)
            {
                return instruction;
            }
        }
    }

    public Task<ServerFrame> ReadCloseAsync() => browser.ReadCloseAsync();

    /// <summary>Everything up to the close frame, each message checked; the frame is answered as a browser does.</summary>
    public async Task<ServerFrame> ReadToCloseAsync()
    {
        while (true)
        {
            var frame = await browser.ReadFrameAsync() ?? throw new EndOfStreamException("The proxy closed without a close frame.");
            if (frame.Opcode == 8)
            {
                await browser.WriteAsync(RawBrowser.Frame(8, frame.Payload));
                return frame;
            }

            if (frame.Opcode == 1)
            {
                Take(new UTF8Encoding(false, true).GetString(frame.Payload));
            }
        }
    }

    public void Dispose() => browser.Dispose();

    private void Take(string message)
    {
        var (at, before) = (0, _instructions.Count);
        while (at < message.Length)
        {
            var elements = new List<string>();
            char terminator;
            do
            {
                var dot = message.IndexOf('.', at);
                var length = int.Parse(message.AsSpan(at, dot - at), NumberStyles.None, CultureInfo.InvariantCulture);
                elements.Add(message.Substring(dot + 1, length));
                at = dot + 1 + length;
                terminator = message[at++];
                ",;".ShouldContain(terminator);
            }
            while (terminator != ';');
            _instructions.Enqueue([.. elements]);
        }

        Messages.Add(_instructions.Count - before);
    }
}
