using System.Buffers;
using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// The two loops that move bytes. Both wait with a zero-byte read, rent one buffer while bytes are there, and do not read on before what they have is
/// written: that is the back-pressure, and the bound on memory. Each loop is one long method call that allocates nothing per message.
/// </summary>
internal static class Pumps
{
    /// <summary>One buffer per direction and only while data moves.</summary>
    public const int BufferSize = 128 * 1024;

    /// <summary>A read of at least this much makes it worth asking for more at once.</summary>
    public const int Bulk = 4096;

    /// <summary>After so many full turns a busy session lets others of its thread go first.</summary>
    public const int Patience = 32;

    /// <summary>From the VNC server to the browser: every read becomes one binary message.</summary>
    /// <param name="server">The VNC server.</param>
    /// <param name="stream">Leaves out what must not pass; null moves the bytes as they are.</param>
    /// <param name="context">The session.</param>
    /// <returns>Why it stopped.</returns>
    public static async Task<SessionEnd> DownloadAsync(Socket server, ServerStream? stream, SessionContext context)
    {
        var room = Frames.MaximumServerHeader + (stream is null ? 0 : ServerStream.Headroom);
        var (browser, writer, traffic, tap) = (context.Browser, context.Writer, context.Traffic, context.Tap);
        var blame = SessionEnd.Unreachable;
        byte[]? buffer = null;
        try
        {
            for (var (turn, shown) = (0, false); ; turn++)
            {
                if (buffer is null)
                {
                    await server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                    buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                }

                if (tap is not null)
                {
                    await tap.RoomAsync();
                }

                var received = server.Receive(buffer.AsSpan(room, BufferSize - room), SocketFlags.None, out var error);
                var run = stream?.Take(buffer, room, room + received) ?? new Run { Start = room, End = room + received };
                if (stream?.Failure.Length > 0)
                {
                    return SessionEnd.Protocol;
                }

                if (run.Length > 0)
                {
                    blame = SessionEnd.Lost;
                    await writer.EnterAsync();
                    try
                    {
                        if (writer.IsClosed)
                        {
                            return SessionEnd.Normal;
                        }

                        var start = Frames.WriteHeaderBefore(buffer, run.Start, run.Length, Opcode.Binary);
                        await browser.SendAsync(buffer.AsMemory(start..run.End), SocketFlags.None);
                    }
                    finally
                    {
                        writer.Leave();
                    }

                    blame = SessionEnd.Unreachable;
                    if (!shown && FirstFrame.IsIn(buffer.AsSpan(run.Start, run.Length), traffic.BytesToBrowser))
                    {
                        shown = true;
                        traffic.FirstFrame();
                    }

                    traffic.AddToBrowser(run.Length);
                    tap?.ToBrowser(buffer.AsSpan(run.Start, run.Length));
                }
                else if (received <= 0 && error != SocketError.WouldBlock)
                {
                    return blame;
                }

                // A short read has emptied the socket; asking again would only cost a system call.
                if (received < Bulk)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    (buffer, turn) = (null, 0);
                }
                else if (turn >= Patience)
                {
                    turn = 0;
                    await Task.Yield();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return blame;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>From the browser to the VNC server: frames are undone, messages are followed, what passes is sent in one write per read.</summary>
    /// <returns>Why it stopped.</returns>
    public static async Task<SessionEnd> UploadAsync(Socket server, ClientStream client, SessionContext context)
    {
        var (browser, traffic, tap) = (context.Reader, context.Traffic, context.Tap);
        var blame = SessionEnd.Lost;
        try
        {
            for (var turn = 0; ; turn++)
            {
                if (tap is not null)
                {
                    await tap.RoomAsync();
                }

                var run = default(Run);
                while (browser.TryNext(out var piece))
                {
                    var (from, to) = (piece.Start, piece.Start + piece.Length);
                    while (from < to && client.Ended is null)
                    {
                        client.Take(browser.Buffer, ref from, to, ref run);
                        if (client.TakeInsertion() is { IsEmpty: false } insertion)
                        {
                            blame = SessionEnd.Unreachable;
                            await server.SendAsync(browser.Buffer.AsMemory(run.Start, run.Length), SocketFlags.None);
                            await server.SendAsync(insertion, SocketFlags.None);
                            run = default;
                        }
                    }
                }

                if (client.Ended is { } refused)
                {
                    return refused;
                }

                blame = SessionEnd.Unreachable;
                if (run.Length > 0)
                {
                    await server.SendAsync(browser.Buffer.AsMemory(run.Start, run.Length), SocketFlags.None);
                }

                blame = SessionEnd.Lost;
                traffic.AddToDesktop(run.Length, client.Inputs);
                if (browser.Ended is { } ended)
                {
                    return ended;
                }

                switch (browser.Fill())
                {
                    case Fill.Ended:
                        return SessionEnd.Lost;
                    case Fill.Empty:
                        await browser.WaitAsync();
                        turn = 0;
                        break;
                    default:
                        if (turn >= Patience)
                        {
                            turn = 0;
                            await Task.Yield();
                        }

                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return blame;
        }
    }
}
