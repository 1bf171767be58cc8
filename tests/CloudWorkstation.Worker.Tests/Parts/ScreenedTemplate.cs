using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>A template in a directory of its own, the screens of whose desktops are a listener of the test that hangs up.</summary>
internal sealed class ScreenedTemplate : IDisposable
{
    private const string Declarations =
        """
        variable "desktop" {
          type = object({ id = string, name = string, owner = string, environment = string, directory = string })
        }
        variable "power" {
          type = string
        }
        variable "vnc_password" {
          type      = string
          ephemeral = true
        }
        output "connection" {
          value = { host = "127.0.0.1", port = $PORT }
        }

        """;

    private readonly TcpListener _screen = new(IPAddress.Loopback, 0);
    private readonly string _name;
    private readonly int _perUser;

    public ScreenedTemplate(string name, int perUser)
    {
        (_name, _perUser) = (name, perUser);
        _screen.Start(1000);
        _ = AcceptAsync();
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("cws-template-").FullName;

    public string Templates => Path.Combine(Directory, "templates");

    /// <value>Answers as the screen of every desktop.</value>
    public int Port => ((IPEndPoint)_screen.LocalEndpoint).Port;

    /// <param name="resources">What Terraform builds of a desktop.</param>
    public void Write(string resources)
    {
        var module = System.IO.Directory.CreateDirectory(Path.Combine(Templates, _name)).FullName;
        File.WriteAllText(Path.Combine(module, "template.yaml"), $"name: {_name}\ntitle: {_name}\nprotocol: ssh\nquota: {{per_user: {_perUser}}}\n");
        File.WriteAllText(
            Path.Combine(module, "main.tf"), Declarations.Replace("$PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + resources);
    }

    public void Dispose()
    {
        _screen.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                (await _screen.AcceptTcpClientAsync()).Dispose();
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
