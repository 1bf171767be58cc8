using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>
/// A template whose desktops go on only when a number of them is being built at the same time. With a number above one worker's
/// slots, nothing is ever finished unless two workers work at once. Its screen is a listener of the test.
/// </summary>
internal sealed class BarrierTemplate : IDisposable
{
    public const string Name = "barrier";

    private const string Manifest =
        """
        name: barrier
        title: Barrier
        protocol: ssh
        quota: {per_user: 20}
        """;

    private const string Module =
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

        resource "terraform_data" "desktop" {
          provisioner "local-exec" {
            interpreter = ["/bin/sh", "-c"]
            command     = "mkdir -p '$ARRIVED' && echo built >>'$ARRIVED/${var.desktop.id}' && until [ $(ls '$ARRIVED' | wc -l) -ge $NEEDED ]; do sleep 0.1; done"
          }
        }

        output "connection" {
          value = { host = "127.0.0.1", port = $PORT }
        }
        """;

    private readonly TcpListener _screen = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-barrier-");

    public BarrierTemplate(int needed)
    {
        _screen.Start();
        var module = Directory.CreateDirectory(Path.Combine(Templates, Name)).FullName;
        File.WriteAllText(Path.Combine(module, "template.yaml"), Manifest);
        File.WriteAllText(
            Path.Combine(module, "main.tf"),
            Module.Replace("$ARRIVED", Arrived, StringComparison.Ordinal)
                .Replace("$NEEDED", $"{needed}", StringComparison.Ordinal)
                .Replace("$PORT", $"{((IPEndPoint)_screen.LocalEndpoint).Port}", StringComparison.Ordinal));
    }

    public string Templates => Path.Combine(_directory.FullName, "templates");

    /// <value>How often each desktop was built.</value>
    public IReadOnlyList<int> Builds => [.. Directory.EnumerateFiles(Arrived).Select(file => File.ReadAllLines(file).Length)];

    private string Arrived => Path.Combine(_directory.FullName, "arrived");

    public void Dispose()
    {
        _screen.Dispose();
        _directory.Delete(recursive: true);
    }
}
