using System.Text.Json;

namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Writes a state that knows half of what was built, then dies by kill -9.</summary>
internal sealed class PartialState : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        using var backend = JsonDocument.Parse(File.ReadAllText("backend_override.tf.json"));
        var path = backend.RootElement.GetProperty("terraform").GetProperty("backend").GetProperty("local").GetProperty("path").GetString()!;
        File.WriteAllText(path, """{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "fake", "outputs": {}, "resources": [], "check_results": null}""");
        Invocation.Say("info", "log", "State written, dying.");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
        return 137;
    }
}
