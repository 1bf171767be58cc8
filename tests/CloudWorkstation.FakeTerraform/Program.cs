using CloudWorkstation.FakeTerraform;
using CloudWorkstation.FakeTerraform.Behaviours;

var path = Environment.GetEnvironmentVariable(FakeTerraformInstallation.ScriptVariable)
    ?? throw new InvalidOperationException($"{FakeTerraformInstallation.ScriptVariable} is not set; use FakeTerraformInstallation.");
Invocation invocation = new(path, FakeScript.Load(path), args);
invocation.Record();
if (invocation.Command == "version")
{
    Console.WriteLine($$"""{"terraform_version": "{{invocation.Script.Version}}", "platform": "linux_amd64"}""");
    return 0;
}

return invocation.TakeStep() is { } step
    ? Behaviour.Named(step.Behaviour).Run(invocation, step)
    : new Otherwise().Run(invocation, new FakeStep(invocation.Command, nameof(Otherwise)));
