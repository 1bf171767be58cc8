using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Harness.Directories;

/// <summary>
/// A real Active Directory domain controller of Samba, with a domain of its own. It insists on ports 389 and 636, so it lives in a network namespace
/// of its own; a relay in there and one here carry LDAPS to a free loopback port. Needs root, as the making of a domain does.
/// </summary>
public sealed class SambaServer : IAsyncDisposable
{
    public const string Domain = "DC=corp,DC=test";
    public const string Users = "CN=Users," + Domain;
    public const string AdminDn = "CN=Administrator," + Users;
    public const string AdminPassword = "Adm1n-of-the-tests";

    private const string RelayInside = """
        import asyncio, sys

        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()

        async def relay(reader, writer, port):
            try:
                inner = await asyncio.open_connection('127.0.0.1', port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

        async def main():
            for path, port in ((sys.argv[1], 636), (sys.argv[1] + '.plain', 389)):
                await asyncio.start_unix_server(lambda r, w, port=port: relay(r, w, port), path)
            await asyncio.Event().wait()

        asyncio.run(main())
        """;

    private static readonly byte[] AnonymousBind = Convert.FromHexString("300c020101600702010304008000");

    private readonly string home;
    private readonly ChildServer server;
    private readonly Relay secure;
    private readonly Relay plain;

    private SambaServer(string home, string authority)
    {
        this.home = home;
        CaCertificates = authority;
        server = new ChildServer("unshare", "-n", "-p", "-f", "--kill-child", "/bin/sh", Path.Combine(home, "run.sh"));
        secure = new Relay(Path.Combine(home, "relay"));
        plain = new Relay(Path.Combine(home, "relay.plain"));
    }

    public static bool CanRun => Environment.IsPrivilegedProcess;

    public string CaCertificates { get; }

    public string Url => $"ldaps://127.0.0.1:{secure.Port}";

    public string PlainUrl => $"ldap://127.0.0.1:{plain.Port}";

    public static async Task<SambaServer> StartAsync(CancellationToken cancellationToken)
    {
        var place = Directory.CreateTempSubdirectory("cws-samba-").FullName;
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Sign(IPAddress.Loopback);
        foreach (var (name, content) in ((string, string)[])[("server.pem", certificate), ("server.key", key), ("ca.pem", authority.Pem), ("relay.py", RelayInside), ("run.sh", Script(place))])
        {
            await File.WriteAllTextAsync(Path.Combine(place, name), content, cancellationToken);
            File.SetUnixFileMode(Path.Combine(place, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await ChildServer.RunAsync(
            "samba-tool",
            ["domain", "provision", "--realm=CORP.TEST", "--domain=CORP", "--server-role=dc", "--dns-backend=NONE", $"--adminpass={AdminPassword}", $"--targetdir={place}/dc", "--host-name=dc1", "--host-ip=127.0.0.1", $"--option=log file={place}/log"],
            cancellationToken);
        var samba = new SambaServer(place, authority.Pem);
        try
        {
            await samba.server.WaitForAsync(() => samba.plain.AnswersAsync(cancellationToken), "samba", TimeSpan.FromSeconds(120), cancellationToken);
            return samba;
        }
        catch
        {
            await samba.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await secure.DisposeAsync();
        await plain.DisposeAsync();
        await server.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }

    private static string Script(string place)
    {
        string[] options =
        [
            "server services=ldap", $"log file={place}/log", $"lock directory={place}/dc", $"pid directory={place}/dc", $"ncalrpc dir={place}/dc/ncalrpc", $"ntp signd socket directory={place}/dc/ntp",
            $"winbindd socket directory={place}/dc/winbindd", "interfaces=lo", $"tls keyfile={place}/server.key", $"tls certfile={place}/server.pem", $"tls cafile={place}/ca.pem",
        ];
        return $"""
            set -e
            ip link set lo up
            /usr/bin/python3 {place}/relay.py {place}/relay &
            exec samba -i -M single --configfile={place}/dc/etc/smb.conf -d 1 {string.Join(' ', options.Select(o => $"'--option={o}'"))}
            """;
    }

    /// <summary>From a loopback port to the socket of the relay in the other network.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stopped = new();
        private readonly string path;
        private readonly Task running;

        public Relay(string path)
        {
            this.path = path;
            listener.Start();
            running = RunAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        /// <summary>Whether the server behind it says a word.</summary>
        public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                await using var stream = client.GetStream();
                await stream.WriteAsync(AnonymousBind, cancellationToken);
                return await stream.ReadAsync(new byte[16], cancellationToken) > 0;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stopped.CancelAsync();
            listener.Stop();
            await running;
            stopped.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptSocketAsync(stopped.Token);
                    _ = CarryAsync(client);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // Stopped.
            }
        }

        private async Task CarryAsync(Socket client)
        {
            using var inside = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await inside.ConnectAsync(new UnixDomainSocketEndPoint(path), stopped.Token);
                await using var one = new NetworkStream(client, ownsSocket: true);
                await using var other = new NetworkStream(inside, ownsSocket: false);
                await Task.WhenAny(one.CopyToAsync(other, stopped.Token), other.CopyToAsync(one, stopped.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                client.Dispose();
            }
        }
    }
}
