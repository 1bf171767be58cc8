namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>One resource planned, built and reported, as a real apply does.</summary>
internal sealed class Succeed : Behaviour
{
    public override int Run(Invocation invocation, FakeStep step)
    {
        var resource = new { addr = "terraform_data.fake" };
        Invocation.Say("info", "planned_change", "terraform_data.fake: Plan to create", new { change = new { resource, action = "create" } });
        Invocation.Say("info", "change_summary", "Plan: 1 to add, 0 to change, 0 to destroy.", new { changes = new { add = 1, change = 0, remove = 0, operation = "plan" } });
        Invocation.Say("info", "apply_start", "terraform_data.fake: Creating...", new { hook = new { resource, action = "create" } });
        Invocation.Say("info", "apply_complete", "terraform_data.fake: Creation complete", new { hook = new { resource, action = "create", elapsed_seconds = 0 } });
        Invocation.Say("info", "outputs", "Outputs: 1", new { outputs = new { fake = new { sensitive = false, type = "bool", value = true } } });
        return 0;
    }
}
