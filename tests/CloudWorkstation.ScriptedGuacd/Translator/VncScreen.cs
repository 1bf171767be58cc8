using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.DesktopProxy.Rfb;

namespace CloudWorkstation.Guacd.Translator;

/// <summary>A VNC server's screen, shown to all users of a connection; the next frame is asked for when all have drawn the one before.</summary>
internal sealed class VncScreen(GuacdConnection connection) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly VncStream _vnc = new();
    private readonly SemaphoreSlim _drawing = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private Picture _picture = new(1, 1);
    private Instruction[] _cursor = [];
    private string _name = "";
    private byte[]? _screen;
    private string? _copied;
    private int _users;

    /// <summary>Ends with the screen; its result is what to tell the users.</summary>
    public Task<Status> Ended { get; private set; } = Task.FromResult(Status.Success);

    public static VncScreen Open(GuacdConnection connection, IReadOnlyDictionary<string, string> values)
    {
        var screen = new VncScreen(connection);
        screen.Ended = screen.RunAsync(values);
        return screen;
    }

    /// <summary>Shows a user what is there, and from now on what changes.</summary>
    public async Task JoinAsync(GuacdUser user, bool mayPaste)
    {
        Interlocked.Increment(ref _users);
        user.Taken = i => TakeAsync(user, i);
        user.Pasted = text => mayPaste ? _vnc.PasteAsync(text) : Task.CompletedTask;
        await _drawing.WaitAsync(_closed.Token);
        try
        {
            if (_name.Length > 0)
            {
                await user.SendAsync([.. Begin(), .. _cursor, .. Tile(_picture.Whole)]);
                await user.EndFrameAsync();
            }
        }
        finally
        {
            _drawing.Release();
        }
    }

    /// <summary>The last one closes the screen.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _vnc.Dispose();
    }

    private async Task<Status> RunAsync(IReadOnlyDictionary<string, string> values)
    {
        try
        {
            var port = int.Parse(values["port"], System.Globalization.CultureInfo.InvariantCulture);
            var (width, height, name) = await _vnc.OpenAsync(values["hostname"], port, values["password"], _closed.Token);
            await BeginAsync(width, height, name.Length > 0 ? name : "VNC");
        }
        catch (Exception e) when (GuacdUser.IsEnd(e) || e is RfbException or FormatException)
        {
            // Nobody there and a wrong password are the same to guacd, and about this late.
            await Task.Delay(100);
            return Status.UpstreamNotFound;
        }

        try
        {
            while (true)
            {
                await TakeMessageAsync();
            }
        }
        catch (Exception e) when (GuacdUser.IsEnd(e))
        {
            return Status.UpstreamError;
        }
    }

    private async Task BeginAsync(int width, int height, string name)
    {
        await _drawing.WaitAsync();
        (_picture, _name) = (new Picture(width, height), name);
        await connection.BroadcastAsync([.. Begin()]);
        _drawing.Release();
        await _vnc.AskAsync(incremental: false, width, height);
    }

    private IEnumerable<Instruction> Begin() => [new("name", _name), new("size", 0, _picture.Width, _picture.Height)];

    private IEnumerable<Instruction> Tile(Area area) => Images.Tile(_picture.ToPng(area), 0, area.X, area.Y);

    private async Task TakeMessageAsync()
    {
        switch ((await _vnc.ReadAsync(1))[0])
        {
            case 0:
                await TakeUpdateAsync();
                break;
            case 1:
                await _vnc.ReadAsync(6 * BinaryPrimitives.ReadUInt16BigEndian((await _vnc.ReadAsync(5)).AsSpan(3)));
                break;
            case 2:
                break;
            case 3:
                var text = Encoding.Latin1.GetString(await _vnc.ReadAsync(BinaryPrimitives.ReadInt32BigEndian((await _vnc.ReadAsync(7)).AsSpan(3))));
                await CopyAsync(text);
                break;
            default:
                throw new IOException("The VNC server sent a message that was not asked for.");
        }
    }

    private async Task CopyAsync(string text)
    {
        if (text != _copied)
        {
            _copied = text;
            await Task.WhenAll(connection.Users.Where(u => !IsOn(u, "disable-copy")).Select(user => user.ClipboardAsync(text)));
        }
    }

    private async Task TakeUpdateAsync()
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian((await _vnc.ReadAsync(3)).AsSpan(1));
        IReadOnlyCollection<GuacdUser> users;
        await _drawing.WaitAsync(_closed.Token);
        try
        {
            var drawn = new List<Instruction>();
            for (var i = 0; i < count; i++)
            {
                drawn.AddRange(await TakeRectangleAsync());
            }

            users = connection.Users;
            await Task.WhenAll(users.Select(user => ShowAsync(user, drawn)));
        }
        finally
        {
            _drawing.Release();
        }

        await Task.WhenAll(users.Select(WaitAsync));
        await _vnc.AskAsync(incremental: true, _picture.Width, _picture.Height);
    }

    private static async Task ShowAsync(GuacdUser user, List<Instruction> drawn)
    {
        try
        {
            await user.SendAsync([.. drawn]);
            await user.EndFrameAsync();
        }
        catch (Exception e) when (GuacdUser.IsEnd(e))
        {
            // Left; the others stay.
        }
    }

    // Who is slow gets fewer frames, and so does everybody; who hangs does not stop the others.
    private static async Task WaitAsync(GuacdUser user)
    {
        try
        {
            await user.DrawnAsync(user.LastSync).WaitAsync(Patience);
        }
        catch (Exception e) when (GuacdUser.IsEnd(e) || e is TimeoutException)
        {
            // Left, or late.
        }
    }

    private async Task<IEnumerable<Instruction>> TakeRectangleAsync()
    {
        var head = await _vnc.ReadAsync(12);
        int Number(int at) => BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(at));
        var area = new Area(Number(0), Number(2), Number(4), Number(6));
        switch (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(8)))
        {
            case VncStream.Raw:
                var raw = await _vnc.ReadAsync(area.Width * area.Height * 4);
                if (!_picture.Contains(area))
                {
                    return [];
                }

                _picture.Take(area, raw);
                return Tile(area);
            case VncStream.RichCursor:
                return _cursor = [.. await TakeCursorAsync(area)];
            case VncStream.DesktopSize:
                return await ResizedAsync(area);
            case VncStream.ExtendedDesktopSize:
                var screens = await _vnc.ReadAsync(16 * (await _vnc.ReadAsync(4))[0]);
                _screen = screens.Length >= 16 ? screens[..16] : null;

                // y is the status of a request; what was refused changed nothing.
                return area.Y == 0 ? await ResizedAsync(area) : [];
            default:
                throw new IOException("The VNC server used an encoding that was not offered.");
        }
    }

    private async Task<IEnumerable<Instruction>> ResizedAsync(Area area)
    {
        if ((area.Width, area.Height) == (_picture.Width, _picture.Height))
        {
            return [];
        }

        _picture = new Picture(area.Width, area.Height);
        await _vnc.AskAsync(incremental: false, area.Width, area.Height);
        return Begin();
    }

    private async Task<IEnumerable<Instruction>> TakeCursorAsync(Area area)
    {
        var pixels = await _vnc.ReadAsync(area.Width * area.Height * 4);
        var stride = (area.Width + 7) / 8;
        var mask = await _vnc.ReadAsync(stride * area.Height);
        for (var i = 0; i < area.Width * area.Height; i++)
        {
            var (x, y) = (i % area.Width, i / area.Width);
            (pixels[i * 4], pixels[(i * 4) + 2]) = (pixels[(i * 4) + 2], pixels[i * 4]);
            pixels[(i * 4) + 3] = (mask[(y * stride) + (x / 8)] >> (7 - (x % 8)) & 1) != 0 ? byte.MaxValue : (byte)0;
        }

        return pixels.Length == 0 ? [] : Images.Cursor(Png.Encode(pixels, area.Width, area.Height, alpha: true), area.Width, area.Height, area.X, area.Y);
    }

    private async Task TakeAsync(GuacdUser user, Instruction i)
    {
        if (_name.Length == 0 || IsOn(user, "read-only"))
        {
            return;
        }

        try
        {
            await (i.Opcode switch
            {
                "key" => _vnc.KeyAsync((uint)i.Number(0), i[1] == "1"),
                "mouse" => _vnc.PointerAsync(i.Number(0), i.Number(1), i.Number(2)),
                "size" when _screen is { } screen && !IsOn(user, "disable-display-resize") => _vnc.ResizeAsync(i.Number(0), i.Number(1), screen),
                _ => Task.CompletedTask,
            });
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is gone; the reading side ends the connection.
        }
    }

    private static bool IsOn(GuacdUser user, string name) => user.Handshake.Values.GetValueOrDefault(name) == "true";
}
