using Amazon.S3.Model;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Aws;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Orphans;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Aws;

public sealed class OrphanTests(SharedMoto moto)
{
    private const string Lost = "lostdesktop1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Whatever_belongs_to_no_desktop_is_listed_and_removed_and_nothing_else()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-central-2");
        var clock = Later(TimeSpan.FromHours(1));
        await using var manager = Manager(account, clock);
        var known = (await manager.CreateAsync(TestManager.Alice)).Desktop.Desktop.Id;
        var keeps = await account.RunInstanceAsync(Token, ("cws:environment", "swept"), ("cws:desktop", known));
        await account.RunInstanceAsync(Token, ("cws:environment", "swept"), ("Name", "the platform's own"));
        await account.RunInstanceAsync(Token, ("cws:environment", "other"), ("cws:desktop", Lost));
        await account.PutParameterAsync($"/cws/swept/desktops/{known}/vnc", Token);
        var instance = await account.RunInstanceAsync(Token, ("cws:environment", "swept"), ("cws:desktop", Lost));
        var volume = await account.CreateVolumeAsync(Token, ("cws:environment", "swept"), ("cws:desktop", Lost));
        await account.RunProxyAsync("main", $"cws-swept-{Lost}", Token, ("cws:environment", "swept"), ("cws:desktop", Lost));
        await account.PutParameterAsync($"/cws/swept/desktops/{Lost}/vnc", Token);
        var sweep = manager.Get<IOrphanSweep>();

        (await sweep.ListAsync(TestManager.Admin, Token)).Value.ShouldNotContain(o => o.Kind == OrphanKind.TaskDefinition, "moto does not say how old it is");
        clock.By += OrphanSweep.Youngest;

        var found = (await sweep.ListAsync(TestManager.Admin, Token)).Value;

        found.ShouldAllBe(o => o.Desktop == Lost);
        var definition = found.Single(o => o.Kind == OrphanKind.TaskDefinition).Id;
        found.Select(o => o.Id).ShouldBe(
            [$"service/cws-swept-{Lost}", definition, $"instance/{instance}", $"volume/{volume}", $"parameter//cws/swept/desktops/{Lost}/vnc"], ignoreOrder: true);
        (await account.Ec2.InstanceAsync(instance, Token))!.State.ShouldBe(InstanceState.Running, "a list changes nothing");

        var removed = (await sweep.RemoveAsync(TestManager.Admin, [.. found.Select(o => o.Id), $"instance/{keeps}"], found.Count + 1, Token)).Value;

        removed.Where(r => r.Removed).Select(r => r.Id).ShouldBe(found.Select(o => o.Id), ignoreOrder: true);
        removed.Single(r => !r.Removed).ShouldBe(new OrphanRemoval($"instance/{keeps}", false, "It is no orphan any more."));
        (await account.Ec2.InstanceAsync(keeps, Token))!.State.ShouldBe(InstanceState.Running);
        (await sweep.ListAsync(TestManager.Admin, Token)).Value.ShouldBeEmpty();
        var trail = (await manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, new() { ActorId = TestManager.Admin.AccountId, Limit = 100 }, Token)).Value.Items;
        trail.Where(e => e.Action == "orphan.remove").Select(e => e.Target).ShouldBe(found.Select(o => "orphan/" + o.Id), ignoreOrder: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_younger_than_a_quarter_of_an_hour_is_left_alone()
    {
        using var account = await MotoAccount.OfAsync(moto, "eu-south-2");
        await account.RunInstanceAsync(Token, ("cws:environment", "swept"), ("cws:desktop", Lost));
        await account.PutParameterAsync($"/cws/swept/desktops/{Lost}/vnc", Token);
        await using var manager = Manager(account, TimeProvider.System, "");
        await using var later = Manager(account, Later(TimeSpan.FromMinutes(20)), "");

        (await manager.Get<IOrphanSweep>().ListAsync(TestManager.Admin, Token)).Value.ShouldBeEmpty();
        (await later.Get<IOrphanSweep>().ListAsync(TestManager.Admin, Token)).Value.Count.ShouldBe(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_api_that_may_only_look_has_a_worker_remove()
    {
        using var account = await MotoAccount.OfAsync(moto, "il-central-1");
        var instance = await account.RunInstanceAsync(Token, ("cws:environment", "swept"), ("cws:desktop", Lost));
        await using var api = Manager(account, Later(TimeSpan.FromHours(1)), "", jobs: false);

        var removal = api.Get<IOrphanSweep>().RemoveAsync(TestManager.Admin, [$"instance/{instance}"], 1, Token);
        await TestManager.Until(
            async () => await api.Get<OrphanOrders>().FillAsync(order => api.Get<OrphanSweep>().RemoveNowAsync(order.Actor, order.Ids, Token), Token) == 1,
            "the order to be placed");

        (await removal).Value.ShouldBe([new OrphanRemoval($"instance/{instance}", true, null)]);
        (await account.Ec2.InstanceAsync(instance, Token))!.State.ShouldBe(InstanceState.Terminated);
        var trail = (await api.Get<IAuditLog>().QueryAsync(TestManager.Admin, new() { ActorId = TestManager.Admin.AccountId, Limit = 100 }, Token)).Value.Items;
        trail.ShouldContain(e => e.Action == "orphan.remove" && e.ActorName == "admin");
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_who_manages_the_platform_sweeps_and_says_the_number_once_more()
    {
        await using var manager = new TestManager();
        var sweep = manager.Get<IOrphanSweep>();

        (await sweep.ListAsync(TestManager.Alice, Token)).Problem!.Code.ShouldBe("forbidden");
        (await sweep.RemoveAsync(TestManager.Alice, ["instance/i-1"], 1, Token)).Problem!.Code.ShouldBe("forbidden");
        (await sweep.RemoveAsync(TestManager.Admin, ["instance/i-1"], 2, Token)).Problem!.Errors.Single().Field.ShouldBe("confirm");
        (await sweep.RemoveAsync(TestManager.Admin, ["instance/i-1", "instance/i-1"], 2, Token)).Problem!.Errors.Single().Field.ShouldBe("ids");
        (await sweep.ListAsync(TestManager.Admin, Token)).Value.ShouldBeEmpty("without a platform there is nothing to look at");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_of_the_cloud_is_a_problem_that_names_the_call()
    {
        await using var aws = await ScriptedAws.StartAsync();
        await using var manager = new TestManager(
            settings: new() { ["Platform"] = """{"region": "eu-central-1"}""" }, configure: services => services.AddSingleton(aws.Access));
        aws.Otherwise = (_, _) => AwsReply.Json("""{"__type": "AccessDeniedException", "message": "No."}""", System.Net.HttpStatusCode.BadRequest);

        var problem = (await manager.Get<IOrphanSweep>().ListAsync(TestManager.Admin, Token)).Problem.ShouldNotBeNull();

        problem.Code.ShouldBe("cloud_refused");
        problem.Detail.ShouldContain("ECS ListTaskDefinitionFamilies: AccessDeniedException");
    }

    [Fact(Timeout = 120_000)]
    public async Task States_of_desktops_that_are_gone_are_found_in_the_bucket()
    {
        var server = await moto.ServerAsync();
        var access = new AwsAccess(server.Endpoint.AbsoluteUri, new Amazon.Runtime.BasicAWSCredentials("test", "test"));
        using var clients = new AwsClients(access);
        var facts = PlatformFacts.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Platform", """{"region": "us-east-1"}""")]).Build());
        var options = new ManagerOptions { Environment = "swept", State = new StateOptions { Kind = StateKind.S3, Bucket = "orphan-states" } };
        var source = new OrphanStates(clients, new AwsPlace(facts), options);
        var s3 = clients.S3("us-east-1");
        await s3.PutBucketAsync("orphan-states", Token);
        foreach (var key in (string[])[$"states/swept/{Lost}/terraform.tfstate", "states/other/abc/terraform.tfstate", "states/swept/readme.txt"])
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "orphan-states", Key = key, ContentBody = "{}" }, Token);
        }

        var found = (await source.FindAsync(Token).ToListAsync(Token)).ShouldHaveSingleItem();
        (found.Name, found.Desktop).ShouldBe(($"states/swept/{Lost}/terraform.tfstate", Lost));
        found.CreatedAt.ShouldNotBeNull();

        await source.RemoveAsync(found.Name, Token);
        (await source.FindAsync(Token).ToListAsync(Token)).ShouldBeEmpty();
    }

    private static TestManager Manager(MotoAccount account, TimeProvider time, string cluster = "main", bool jobs = true) => new(
        time: time,
        jobs: jobs,
        settings: new()
        {
            ["Environment"] = "swept",
            ["Platform"] = $$"""{"region": "{{account.Region}}", "cluster": "{{cluster}}", "secret_prefix": "/cws/swept/desktops"}""",
        },
        configure: services => services.AddSingleton(account.Access));

    // moto's clock is this machine's.
    private static Shifted Later(TimeSpan by) => new() { By = by };

    private sealed class Shifted : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
