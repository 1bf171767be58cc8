using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Platform;

/// <summary>Roles that exist so that they can be named; moto asks nobody for permission. What they may do is infra/aws's business.</summary>
internal sealed record Roles(string InstanceProfile, string Execution, string Task)
{
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"SERVICE"},"Action":"sts:AssumeRole"}]}""";

    public static async Task<Roles> EnsureAsync(Services services, string prefix, CancellationToken cancellationToken)
    {
        var profile = $"{prefix}-desktop";
        await RoleAsync(services, profile, "ec2.amazonaws.com", cancellationToken);
        await UnlessThereAsync(() => services.IamAsync("CreateInstanceProfile", cancellationToken, ("InstanceProfileName", profile)));
        var there = await services.IamAsync("GetInstanceProfile", cancellationToken, ("InstanceProfileName", profile));
        if (!there.Descendants("RoleName").Any())
            await services.IamAsync("AddRoleToInstanceProfile", cancellationToken, ("InstanceProfileName", profile), ("RoleName", profile));
        return new Roles(
            profile,
            await RoleAsync(services, $"{prefix}-task-execution", "ecs-tasks.amazonaws.com", cancellationToken),
            await RoleAsync(services, $"{prefix}-task", "ecs-tasks.amazonaws.com", cancellationToken));
    }

    private static async Task<string> RoleAsync(Services services, string name, string trusted, CancellationToken cancellationToken)
    {
        await UnlessThereAsync(() => services.IamAsync(
            "CreateRole", cancellationToken, ("RoleName", name), ("AssumeRolePolicyDocument", Trust.Replace("SERVICE", trusted, StringComparison.Ordinal))));
        return (await services.IamAsync("GetRole", cancellationToken, ("RoleName", name))).Descendants("Arn").First().Value;
    }

    private static async Task UnlessThereAsync(Func<Task> create)
    {
        try
        {
            await create();
        }
        catch (AwsException there) when (there.Says("EntityAlreadyExists"))
        {
            // Made by an earlier start.
        }
    }
}
