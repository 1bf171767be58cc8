using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Turns what Terraform reports into what the progress view shows. Thread-safe.</summary>
internal sealed class ProgressTracker(OperationProgress initial)
{
    private const int MostResources = 200;
    private readonly Lock gate = new();
    private readonly List<ResourceProgress> resources = [];
    private readonly List<TimelineStep> timeline = [.. initial.Timeline];
    private string message = initial.Message;
    private int total;

    public OperationProgress Current
    {
        get
        {
            lock (gate)
            {
                return new OperationProgress
                {
                    Message = message,
                    Total = Math.Max(total, resources.Count),
                    Done = resources.Count(r => r.State == ResourceState.Done),
                    Resources = [.. resources],
                    Timeline = [.. timeline],
                };
            }
        }
    }

    /// <summary>Begins a step of the timeline; the one before ends.</summary>
    public void Step(string name, string phrase, DateTimeOffset at)
    {
        lock (gate)
        {
            if (timeline.Count > 0 && timeline[^1].Name == name)
            {
                return;
            }

            if (timeline.Count > 0 && timeline[^1].FinishedAt is null)
            {
                timeline[^1] = timeline[^1] with { FinishedAt = at };
            }

            timeline.Add(new TimelineStep(name, at, null));
            message = phrase;
        }
    }

    /// <summary>Whether the event changes what is shown.</summary>
    public bool Apply(TerraformEvent report)
    {
        switch (report)
        {
            case TerraformEvent.StageStarted stage:
                Begin(stage);
                return true;
            case TerraformEvent.Planned planned:
                lock (gate)
                {
                    total = planned.Add + planned.Change + planned.Remove;
                }

                return true;
            case TerraformEvent.Resource resource:
                Update(resource);
                return true;
            default:
                return false;
        }
    }

    private void Begin(TerraformEvent.StageStarted stage)
    {
        // Planning is the first part of an apply to everyone but Terraform.
        var (name, phrase) = stage.Stage switch
        {
            TerraformStage.Workspace => ("workspace", "Preparing the workspace"),
            TerraformStage.Init => ("init", "Preparing Terraform"),
            TerraformStage.Destroy => ("destroy", "Removing the desktop"),
            TerraformStage.Plan => ("apply", "Working out what to do"),
            _ => ("apply", "Applying the template"),
        };
        Step(name, phrase, stage.At);
    }

    private void Update(TerraformEvent.Resource resource)
    {
        // Taking over what exists changes nothing and is never reported as done: it would stand there as waiting for ever.
        if (resource is { Action: "import", State: ResourceState.Planned })
        {
            return;
        }

        lock (gate)
        {
            var index = resources.FindIndex(r => r.Address == resource.Address && r.Action == resource.Action);
            var next = new ResourceProgress(resource.Address, resource.Action, resource.State, Math.Round(resource.Elapsed.TotalSeconds, 1))
            {
                StartedAt = index >= 0 && resources[index].StartedAt is { } began ? began : resource.State == ResourceState.Planned ? null : resource.At - resource.Elapsed,
            };
            if (index >= 0)
            {
                resources[index] = next;
            }
            else if (resources.Count < MostResources)
            {
                resources.Add(next);
            }

            if (resource.State == ResourceState.Running)
            {
                message = $"{Verb(resource.Action)} {resource.Address}";
            }
        }
    }

    private static string Verb(string action) => action switch
    {
        "create" => "Building",
        "delete" => "Removing",
        "replace" => "Replacing",
        "read" => "Reading",
        _ => "Changing",
    };
}
