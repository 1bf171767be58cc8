using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Tests.Parts;
using TaskStatus = CloudWorkstation.Manager.Aws.Ecs.TaskStatus;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>Our ECS and SSM clients against moto.</summary>
public sealed class EcsContractTests(SharedMoto moto)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task The_task_of_a_service_is_found_with_its_private_address()
    {
        using var account = await MotoAccount.OfAsync(moto, "us-east-2");
        await account.RunProxyAsync("main", "cws-one", Token);
        await account.RunProxyAsync("main", "cws-two", Token);

        // moto's tasks come to run while they are asked about.
        var task = default(EcsTask);
        while (task?.IsRunning != true)
        {
            task = (await account.Ecs.TasksAsync("main", "cws-one", TaskStatus.Running, Token).ToListAsync(Token)).ShouldHaveSingleItem();
        }

        task.Service.ShouldBe("cws-one");
        System.Net.IPAddress.TryParse(task.PrivateAddress, out _).ShouldBeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task Services_and_task_definitions_come_with_their_tags()
    {
        using var account = await MotoAccount.OfAsync(moto, "us-west-1");
        await account.RunProxyAsync("main", "cws-abc", Token, ("cws:environment", "t1"), ("cws:desktop", "abc"));

        var service = (await account.Ecs.ServicesAsync("main", Token).ToListAsync(Token)).ShouldHaveSingleItem();
        var definition = (await account.Ecs.TaskDefinitionsAsync("cws-", Token).ToListAsync(Token)).ShouldHaveSingleItem();

        (service.Name, service.Desired, service.Tags["cws:desktop"]).ShouldBe(("cws-abc", 1, "abc"));
        definition.Tags["cws:environment"].ShouldBe("t1");
        definition.Arn.ShouldEndWith("cws-abc:1");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_service_and_its_task_definition_are_removed()
    {
        using var account = await MotoAccount.OfAsync(moto, "us-west-2");
        await account.RunProxyAsync("main", "cws-gone", Token);
        var definition = (await account.Ecs.TaskDefinitionsAsync("cws-", Token).ToListAsync(Token)).Single();

        await account.Ecs.DeleteServiceAsync("main", "cws-gone", Token);
        await account.Ecs.DeregisterTaskDefinitionAsync(definition.Arn, Token);

        (await account.Ecs.ServicesAsync("main", Token).Where(s => s.Status == "ACTIVE").ToListAsync(Token)).ShouldBeEmpty();
        (await account.Ecs.TaskDefinitionsAsync("cws-", Token).ToListAsync(Token)).ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cluster_that_is_not_there_is_an_error_with_its_code()
    {
        using var account = await MotoAccount.OfAsync(moto, "ca-central-1");

        var refused = await Should.ThrowAsync<AwsException>(() => account.Ecs.TasksAsync("nowhere", null, TaskStatus.Running, Token).ToListAsync(Token).AsTask());

        refused.Code.ShouldBe("ClusterNotFoundException");
    }

    [Fact(Timeout = 120_000)]
    public async Task Parameters_below_a_path_are_listed_and_deleted()
    {
        using var account = await MotoAccount.OfAsync(moto, "ap-south-1");
        await account.PutParameterAsync("/cws/t1/desktops/abc/vnc", Token);
        await account.PutParameterAsync("/cws/t2/desktops/abc/vnc", Token);

        var found = (await account.Ssm.ParametersAsync("/cws/t1/desktops", Token).ToListAsync(Token)).ShouldHaveSingleItem();
        found.Name.ShouldBe("/cws/t1/desktops/abc/vnc");
        found.ModifiedAt.ShouldNotBeNull();

        await account.Ssm.DeleteParameterAsync(found.Name, Token);
        (await account.Ssm.ParametersAsync("/cws/t1/desktops", Token).ToListAsync(Token)).ShouldBeEmpty();
    }
}
