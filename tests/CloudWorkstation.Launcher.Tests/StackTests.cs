using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Tests;

public sealed class StackTests
{
    private const int Limit = 30_000;

    private static readonly StackOptions Default = new(new DataDirectory("/data"), 8080, "127.0.0.1", null, null, null, null);

    [Fact(Timeout = Limit)]
    public async Task Every_process_listens_on_loopback_only()
    {
        await Task.Yield();
        var stack = new StackDefinition(Default, new Checkout("/checkout"));

        foreach (var service in (Supervision.ServiceDefinition[])[stack.Api, stack.Console, stack.Proxy, stack.Agent])
            service.Environment["ASPNETCORE_URLS"].ShouldStartWith("http://127.0.0.1:");
        stack.Haproxy.Environment["CWS_ROUTER_BIND"].ShouldBe("127.0.0.1:8080");
    }

    [Fact(Timeout = Limit)]
    public async Task The_agent_prepares_the_directory_that_haproxy_reads()
    {
        await Task.Yield();
        var stack = new StackDefinition(Default, new Checkout("/checkout"));

        stack.Agent.Before.ShouldNotBeNull().Arguments[^1].ShouldBe("prepare");
        stack.Haproxy.Before.ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Services_find_each_other_when_the_port_is_another()
    {
        await Task.Yield();
        var stack = new StackDefinition(Default with { Port = 9000 }, new Checkout("/checkout"));

        stack.Api.Environment["ASPNETCORE_URLS"].ShouldBe("http://127.0.0.1:9001");
        stack.Api.Environment["CWS_DESKTOPPROXY"].ShouldBe("127.0.0.1:9003");
        stack.Proxy.Environment["CWS_API"].ShouldBe("http://127.0.0.1:9001");
        stack.Haproxy.Environment["CWS_CONSOLE_ADDR"].ShouldBe("127.0.0.1:9002");
        stack.Haproxy.Environment["CWS_PUBLIC_ORIGIN"].ShouldBe("http://127.0.0.1:9000");
    }

    [Fact(Timeout = Limit)]
    public async Task With_a_certificate_the_router_speaks_https_to_the_network()
    {
        await Task.Yield();
        var stack = new StackDefinition(Default with { Listen = "0.0.0.0", Certificate = "/etc/cws.pem", PublicUrl = "https://desktops.example.com" }, new Checkout("/checkout"));

        stack.Haproxy.Environment["CWS_ROUTER_BIND"].ShouldBe("0.0.0.0:8080 ssl crt /etc/cws.pem");
        stack.Haproxy.Ready.ToString().ShouldStartWith("tcp://127.0.0.1:8080/");
        stack.Proxy.Environment["CWS_PUBLICURL"].ShouldBe("https://desktops.example.com");
    }

    [Theory(Timeout = Limit)]
    [InlineData("0.0.0.0", 8080, null, "unencrypted")]
    [InlineData("192.168.1.5", 8080, null, "unencrypted")]
    [InlineData("everywhere", 8080, null, "not an IP address")]
    [InlineData("127.0.0.1", 80, null, "outside 1024")]
    [InlineData("127.0.0.1", 65534, null, "outside 1024")]
    [InlineData("127.0.0.1", 8080, "desktops.example.com", "not an origin")]
    [InlineData("127.0.0.1", 8080, "https://desktops.example.com/path", "not an origin")]
    public async Task What_cannot_work_or_is_unsafe_is_refused(string listen, int port, string? publicUrl, string because)
    {
        await Task.Yield();
        Should.Throw<LauncherException>((Default with { Listen = listen, Port = port, PublicUrl = publicUrl }).Validate).Message.ShouldContain(because);
    }

    [Fact(Timeout = Limit)]
    public async Task The_databases_password_stands_on_no_command_line()
    {
        await Task.Yield();
        var api = new StackDefinition(Default with { Postgres = "Host=db;Password=secret" }, new Checkout("/checkout")).Api;

        api.Arguments.ShouldHaveSingleItem().ShouldEndWith("CloudWorkstation.Api.dll");
        api.Environment["CWS_JOBS__POSTGRES"].ShouldBe("Host=db;Password=secret");
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_in_a_file_that_others_can_read_is_refused()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "Host=db\n", TestContext.Current.CancellationToken);
        try
        {
            SecretFile.Read(file).ShouldBe("Host=db");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Should.Throw<LauncherException>(() => SecretFile.Read(file)).Fix!.ShouldContain("chmod 600");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
