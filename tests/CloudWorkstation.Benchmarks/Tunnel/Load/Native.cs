using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>The few calls of Linux that .NET's sockets do not offer.</summary>
internal static partial class Native
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;

    /// <summary>EPOLLERR and EPOLLHUP, told whether asked for or not.</summary>
    public const uint Broken = 0x018;
    private const int Add = 1;
    private const int Modify = 3;

    /// <summary>struct epoll_event: packed on x86-64 only.</summary>
    public static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int CreateEpoll() => Checked(EpollCreate(0), "epoll_create1");

    public static void Watch(int epoll, int descriptor, uint events, bool again)
    {
        Span<byte> wanted = stackalloc byte[EventBytes];
        MemoryMarshal.Write(wanted, events);
        MemoryMarshal.Write(wanted[(EventBytes - sizeof(long))..], (long)descriptor);
        Checked(EpollControl(epoll, again ? Modify : Add, descriptor, wanted), "epoll_ctl");
    }

    /// <summary>Waits at most <paramref name="nanoseconds"/>, negative for ever; the result is how many events are in <paramref name="events"/>.</summary>
    public static int Wait(int epoll, Span<byte> events, long nanoseconds)
    {
        Span<long> limit = [nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000];
        return Math.Max(0, EpollWait(epoll, events, events.Length / EventBytes, nanoseconds < 0 ? default : limit, 0));
    }

    public static (uint Events, int Descriptor) EventAt(ReadOnlySpan<byte> events, int index)
    {
        var one = events.Slice(index * EventBytes, EventBytes);
        return (MemoryMarshal.Read<uint>(one), (int)MemoryMarshal.Read<long>(one[(EventBytes - sizeof(long))..]));
    }

    public static int CreateMemoryFile(string name) => Checked(MemoryFile(name, 0), "memfd_create");

    /// <summary>From a file's pages to a socket without a copy; the result is the bytes sent, 0 when the socket is full or gone.</summary>
    public static int SendFile(int socket, int file, ref long offset, int count) => (int)Math.Max(0, SendFileOnce(socket, file, ref offset, count));

    private static int Checked(int result, string call) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, Span<byte> wanted);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int EpollWait(int epoll, Span<byte> events, int count, Span<long> limit, nint signals);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFileOnce(int socket, int file, ref long offset, nint count);
}
