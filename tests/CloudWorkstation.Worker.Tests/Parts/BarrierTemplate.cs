namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>
/// A template whose desktops go on only when a number of them is being built at the same time. With a number above one worker's
/// slots, nothing is ever finished unless two workers work at once.
/// </summary>
internal sealed class BarrierTemplate : IDisposable
{
    public const string Name = "barrier";

    private const string Resource =
        """
        resource "terraform_data" "desktop" {
          provisioner "local-exec" {
            interpreter = ["/bin/sh", "-c"]
            command     = "mkdir -p '$ARRIVED' && echo built >>'$ARRIVED/${var.desktop.id}' && until [ $(ls '$ARRIVED' | wc -l) -ge $NEEDED ]; do sleep 0.1; done"
          }
        }
        """;

    private readonly ScreenedTemplate _template = new(Name, perUser: 20);

    public BarrierTemplate(int needed) => _template.Write(
        Resource.Replace("$ARRIVED", Arrived, StringComparison.Ordinal).Replace("$NEEDED", $"{needed}", StringComparison.Ordinal));

    public string Templates => _template.Templates;

    /// <value>How often each desktop was built.</value>
    public IReadOnlyList<int> Builds => [.. Directory.EnumerateFiles(Arrived).Select(file => File.ReadAllLines(file).Length)];

    private string Arrived => Path.Combine(_template.Directory, "arrived");

    public void Dispose() => _template.Dispose();
}
