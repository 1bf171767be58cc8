using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Aws.Calls;

namespace CloudWorkstation.Manager.Aws.Ecs;

/// <summary>ECS's JSON protocol, as far as we use it.</summary>
internal sealed class EcsClient(string region, AwsAccess access) : AwsClient(AwsService.Ecs, region, access), IEcs
{
    private const int LargestPage = 100;
    private const int MostServicesAtOnce = 10;

    public async IAsyncEnumerable<EcsTask> TasksAsync(string cluster, string? service, TaskStatus status, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new JsonObject { ["cluster"] = cluster, ["desiredStatus"] = status == TaskStatus.Running ? "RUNNING" : "STOPPED" };
        if (service is not null)
        {
            list["serviceName"] = service;
        }

        await foreach (var arns in NamesAsync("ListTasks", list, "taskArns", LargestPage, cancellationToken))
        {
            var describe = new JsonObject { ["cluster"] = cluster, ["tasks"] = Array(arns) };
            foreach (var task in await JsonAsync("DescribeTasks", describe, EcsReading.Tasks, cancellationToken))
            {
                // A task that somebody ran by hand says nothing of a service; the list was asked for one.
                if (service is null || task.Service is null || task.Service == service)
                {
                    yield return task;
                }
            }
        }
    }

    public async IAsyncEnumerable<EcsService> ServicesAsync(string cluster, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var arns in NamesAsync("ListServices", new JsonObject { ["cluster"] = cluster }, "serviceArns", LargestPage, cancellationToken))
        {
            foreach (var some in arns.Chunk(MostServicesAtOnce))
            {
                var describe = new JsonObject { ["cluster"] = cluster, ["services"] = Array(some), ["include"] = Array(["TAGS"]) };
                foreach (var found in await JsonAsync("DescribeServices", describe, EcsReading.Services, cancellationToken))
                {
                    yield return found;
                }
            }
        }
    }

    public Task DeleteServiceAsync(string cluster, string service, CancellationToken cancellationToken) =>
        JsonAsync("DeleteService", new JsonObject { ["cluster"] = cluster, ["service"] = service, ["force"] = true }, EcsReading.Nothing, cancellationToken);

    public async IAsyncEnumerable<EcsTaskDefinition> TaskDefinitionsAsync(string familyPrefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var families = new JsonObject { ["familyPrefix"] = familyPrefix, ["status"] = "ACTIVE" };
        await foreach (var names in NamesAsync("ListTaskDefinitionFamilies", families, "families", LargestPage, cancellationToken))
        {
            foreach (var family in names)
            {
                await foreach (var definition in FamilyAsync(family, cancellationToken))
                {
                    yield return definition;
                }
            }
        }
    }

    public Task DeregisterTaskDefinitionAsync(string arn, CancellationToken cancellationToken) =>
        JsonAsync("DeregisterTaskDefinition", new JsonObject { ["taskDefinition"] = arn }, EcsReading.Nothing, cancellationToken);

    private async IAsyncEnumerable<EcsTaskDefinition> FamilyAsync(string family, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new JsonObject { ["familyPrefix"] = family, ["status"] = "ACTIVE" };
        await foreach (var arns in NamesAsync("ListTaskDefinitions", list, "taskDefinitionArns", LargestPage, cancellationToken))
        {
            foreach (var arn in arns)
            {
                var describe = new JsonObject { ["taskDefinition"] = arn, ["include"] = Array(["TAGS"]) };
                yield return await JsonAsync("DescribeTaskDefinition", describe, EcsReading.TaskDefinition, cancellationToken);
            }
        }
    }

    private async IAsyncEnumerable<List<string>> NamesAsync(string operation, JsonObject body, string member, int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var call = (JsonObject)body.DeepClone();
            call["maxResults"] = size;
            if (next is not null)
            {
                call["nextToken"] = next;
            }

            (var names, next) = await JsonAsync(operation, call, answer => EcsReading.Names(answer, member), cancellationToken);
            if (names.Count > 0)
            {
                yield return names;
            }
        }
        while (next is not null);
    }

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}
