using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.Sessions;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// The two loops of the Guacamole engine, after the manner of <see cref="Pumps"/>: a zero-byte read to wait, one rented buffer per direction while bytes
/// are there, no reading on before what was read is written. Of a partial instruction only its own bytes are kept.
/// </summary>
internal sealed class GuacamolePumps(SessionContext context, Socket guacd, GuacdWriter writer, PageStream page, DesktopStream desktop, byte[] rest)
{
    // In front of what guacd sent stands the header of the frame that it becomes.
    private const int Room = Frames.MaximumServerHeader;
    private const int Gone = -1;

    private readonly Carry _fromGuacd = new(rest);
    private readonly Carry _fromPage = new([]);
    private long _waitsSince;

    /// <summary>Since when guacd has said nothing although it could; null while something of it is on its way to the page.</summary>
    public long? WaitsSince => Volatile.Read(ref _waitsSince) is not 0 and var since ? since : null;

    /// <summary>
    /// From guacd to the page: all whole instructions of a read become one message, if no rule has a word in it. What is waited for each time is waited for
    /// here: a method of its own would allocate whenever it has to.
    /// </summary>
    public async Task<SessionEnd> DownloadAsync()
    {
        var (buffer, length, blame) = ((byte[]?)null, 0, SessionEnd.Unreachable);
        try
        {
            for (var (turn, isFresh) = (0, !_fromGuacd.IsEmpty); ; turn++)
            {
                if (buffer is null)
                {
                    if (!isFresh)
                    {
                        Volatile.Write(ref _waitsSince, context.Parts.Time.GetTimestamp());
                        await guacd.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                        Volatile.Write(ref _waitsSince, 0);
                    }

                    buffer = ArrayPool<byte>.Shared.Rent(Pumps.BufferSize);
                    length = _fromGuacd.MoveTo(buffer.AsSpan(Room));
                }

                if (context.Tap is { } tap)
                {
                    await tap.RoomAsync();
                }

                // What came behind the handshake goes on before anything is waited for.
                var error = SocketError.WouldBlock;
                var received = isFresh ? 0 : guacd.Receive(buffer.AsSpan(Room + length, Pumps.BufferSize - Room - length), SocketFlags.None, out error);
                if (received == 0 && error != SocketError.WouldBlock)
                {
                    return SessionEnd.Unreachable;
                }

                var (from, to) = (Room, Room + length + received);
                blame = SessionEnd.Lost;
                for (var more = received > 0 || isFresh; more;)
                {
                    more = desktop.Take(buffer, ref from, to, out var run);
                    if (run.Length > 0)
                    {
                        await context.Writer.EnterAsync();
                        try
                        {
                            if (context.Writer.IsClosed)
                            {
                                return EndOfPage();
                            }

                            await context.Browser.SendAsync(Framed(buffer, run.Start, run.Length), SocketFlags.None);
                            context.Traffic.AddToBrowser(run.Length);
                        }
                        finally
                        {
                            context.Writer.Leave();
                        }
                    }

                    if (desktop.TakeAnswers() is var answers && answers != default && !await AnswerAsync(answers.ToPage, answers.ToGuacd))
                    {
                        return EndOfPage();
                    }
                }

                (blame, isFresh) = (SessionEnd.Unreachable, false);
                if (desktop.Ended is { } ended)
                {
                    return ended;
                }

                if (desktop.IsShown)
                {
                    context.Traffic.FirstFrame();
                }

                length = to - from;
                buffer.AsSpan(from, length).CopyTo(buffer.AsSpan(Room));

                // A short read has emptied the socket; asking again would only cost a system call.
                if (received < Pumps.Bulk)
                {
                    _fromGuacd.Keep(buffer.AsSpan(Room, length));
                    ArrayPool<byte>.Shared.Return(buffer);
                    (buffer, turn) = (null, 0);
                }
                else if (turn >= Pumps.Patience)
                {
                    turn = 0;
                    await Task.Yield();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return blame == SessionEnd.Lost ? EndOfPage() : blame;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>From the page to guacd: frames are undone, instructions are looked at, what passes is sent in one write per read.</summary>
    public async Task<SessionEnd> UploadAsync()
    {
        var reader = context.Reader;
        var (buffer, length) = ((byte[]?)null, 0);
        try
        {
            for (var turn = 0; ; turn++)
            {
                if (context.Tap is { } tap)
                {
                    await tap.RoomAsync();
                }

                while (reader.TryNext(out var piece))
                {
                    for (var taken = 0; taken < piece.Length && length != Gone && page.Ended is null;)
                    {
                        buffer ??= Rent(_fromPage, out length);
                        var take = Math.Min(piece.Length - taken, Pumps.BufferSize - length);
                        reader.Buffer.AsSpan(piece.Start + taken, take).CopyTo(buffer.AsSpan(length));
                        (taken, length) = (taken + take, length + take);
                        length = length == Pumps.BufferSize ? await ToGuacdAsync(buffer, length) : length;
                    }
                }

                length = buffer is not null && length > 0 ? await ToGuacdAsync(buffer, length) : length;
                if (length == Gone || page.Ended is not null || reader.Ended is not null)
                {
                    return page.Ended ?? (length == Gone ? SessionEnd.Unreachable : reader.Ended!.Value);
                }

                switch (reader.Fill())
                {
                    case Fill.Ended:
                        return SessionEnd.Lost;
                    case Fill.Empty:
                        Release(ref buffer, ref length);
                        await reader.WaitAsync();
                        turn = 0;
                        break;
                    default:
                        if (turn >= Pumps.Patience)
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
            return SessionEnd.Lost;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private SessionEnd EndOfPage() => desktop.Ended ?? (context.Writer.IsClosed ? SessionEnd.Normal : SessionEnd.Lost);

    private ReadOnlyMemory<byte> Framed(byte[] buffer, int start, int length)
    {
        context.Tap?.ToBrowser(buffer.AsSpan(start, length));
        var header = Frames.WriteHeaderBefore(buffer, start, length, Opcode.Text);
        return buffer.AsMemory(header..(start + length));
    }

    /// <summary>Says what a rule has to say; false when the browser is gone.</summary>
    private async ValueTask<bool> AnswerAsync(byte[]? toPage, byte[]? toGuacd)
    {
        if (toGuacd is not null && !writer.Say(toGuacd))
        {
            desktop.GiveUp("guacd does not read what it is told.");
        }

        if (toPage is null)
        {
            return true;
        }

        if (!await context.SendAsync(toPage))
        {
            return false;
        }

        context.Tap?.ToBrowser(toPage);
        context.Traffic.AddToBrowser(toPage.Length);
        return true;
    }

    /// <summary>Sends what is whole and allowed; the result is how many bytes are left at the buffer's beginning, or that guacd is gone.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ToGuacdAsync(byte[] buffer, int length)
    {
        var from = 0;
        try
        {
            while (true)
            {
                var (start, written) = (from, from);
                page.Take(buffer, ref from, length, ref written);
                if (written > start)
                {
                    context.Tap?.ToDesktop(buffer.AsSpan(start, written - start));
                    await writer.SendAsync(buffer.AsMemory(start, written - start));
                }

                context.Traffic.AddToDesktop(written - start, page.Inputs);
                var (toPage, toGuacd) = page.TakeAnswers();
                if (!toGuacd.IsEmpty)
                {
                    await writer.SendAsync(toGuacd);
                }

                if (toPage.IsEmpty)
                {
                    break;
                }

                // A page that does not read misses an answer, and no more than that.
                context.Writer.Say(toPage.Span);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return Gone;
        }

        buffer.AsSpan(from, length - from).CopyTo(buffer);
        return length - from;
    }

    private static byte[] Rent(Carry carry, out int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Pumps.BufferSize);
        length = carry.MoveTo(buffer);
        return buffer;
    }

    private void Release(ref byte[]? buffer, ref int length)
    {
        if (buffer is not null)
        {
            _fromPage.Keep(buffer.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
            (buffer, length) = (null, 0);
        }
    }
}
