using System.Text.Json;
using CloudWorkstation.Platform.Tests.Support;

namespace CloudWorkstation.Platform.Tests;

/// <summary>What the policies of infra/aws must never become.</summary>
public sealed class PolicyTests(AppliedPlatform platform)
{
    /// <summary>Actions that AWS lets nobody restrict to a resource, and that change nothing but a definition nobody runs.</summary>
    private static readonly string[] Everywhere = ["ecs:DeregisterTaskDefinition", "sts:GetCallerIdentity"];

    private IEnumerable<(string Role, JsonElement Statement)> Statements => platform.Grants.SelectMany(role => role.Value.Statements.Select(s => (role.Key, s)));

    [Fact(Timeout = 600_000)]
    public async Task Actions_are_written_out_one_by_one()
    {
        await Task.Yield();
        Statements.SelectMany(s => Actions(s.Statement)).Where(a => a.Contains('*', StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact(Timeout = 600_000)]
    public async Task Only_looking_is_allowed_everywhere()
    {
        await Task.Yield();
        Statements.Where(s => Grants.Texts(s.Statement.GetProperty("Resource")).Contains("*") && !s.Statement.TryGetProperty("Condition", out _))
            .SelectMany(s => Actions(s.Statement))
            .Where(a => !Everywhere.Contains(a) && !Looks(a) && a != "ecr:GetAuthorizationToken")
            .ShouldBeEmpty();
    }

    [Fact(Timeout = 600_000)]
    public async Task A_machine_or_proxy_is_changed_only_where_it_is_a_desktops_of_this_installation()
    {
        await Task.Yield();
        string[] changes = ["ec2:TerminateInstances", "ec2:StopInstances", "ec2:StartInstances", "ec2:ModifyInstanceAttribute", "ec2:DeleteVolume", "ecs:UpdateService", "ecs:DeleteService"];
        var statements = Statements.Where(s => Actions(s.Statement).Intersect(changes).Any()).ToList();

        statements.ShouldNotBeEmpty();
        foreach (var (_, statement) in statements)
        {
            var condition = statement.GetProperty("Condition");
            condition.GetProperty("StringEquals").GetProperty("aws:ResourceTag/cws:environment").GetString().ShouldBe(AppliedPlatform.Name);
            condition.GetProperty("Null").GetProperty("aws:ResourceTag/cws:desktop").GetString().ShouldBe("false");
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task A_role_is_handed_only_to_the_service_that_it_is_for()
    {
        await Task.Yield();
        var passes = Statements.Where(s => Actions(s.Statement).Contains("iam:PassRole")).ToList();

        passes.Count.ShouldBe(2);
        passes.ShouldAllBe(p => p.Statement.GetProperty("Condition").GetRawText().Contains("iam:PassedToService", StringComparison.Ordinal));
        passes.SelectMany(p => Grants.Texts(p.Statement.GetProperty("Resource"))).ShouldAllBe(r => r.Contains($":role/cws-{AppliedPlatform.Name}-", StringComparison.Ordinal) && !r.Contains('*', StringComparison.Ordinal));
    }

    [Fact(Timeout = 600_000)]
    public async Task Router_console_and_proxies_call_nothing_of_aws()
    {
        await Task.Yield();
        platform.Grants.Keys.Intersect(((string[])["router", "console", "proxy"]).Select(p => $"cws-{AppliedPlatform.Name}-{p}")).ShouldBeEmpty();
    }

    [Fact(Timeout = 600_000)]
    public async Task The_api_builds_nothing()
    {
        await Task.Yield();
        var actions = platform.Grants[$"cws-{AppliedPlatform.Name}-api"].Actions;

        actions.Intersect(["ec2:RunInstances", "ec2:StartInstances", "ec2:StopInstances", "ec2:ModifyInstanceAttribute", "ecs:CreateService", "ecs:UpdateService", "iam:PassRole", "ssm:PutParameter"]).ShouldBeEmpty();
    }

    [Fact(Timeout = 600_000)]
    public async Task A_process_is_started_with_its_own_secrets_only()
    {
        await Task.Yield();
        var secrets = platform.Grants.Where(g => g.Key.EndsWith("-start", StringComparison.Ordinal)).ToDictionary(
            g => g.Key[$"cws-{AppliedPlatform.Name}-".Length..^"-start".Length],
            g => g.Value.Statements.Where(s => Actions(s).Contains("secretsmanager:GetSecretValue")).SelectMany(s => Grants.Texts(s.GetProperty("Resource"))).Select(Purpose).Order(StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);

        secrets["router"].ShouldBe(["internal-key"]);
        secrets["proxy"].ShouldBe(["internal-key", "proxy-key"]);
        secrets["console"].ShouldBeEmpty();
        secrets["worker"].ShouldBe(["internal-key", "master-key"]);
        secrets["api"].ShouldBe(["first-admin", "internal-key", "master-key", "proxy-key"]);
    }

    private static bool Looks(string action) => action.Split(':')[1] is var name && (name.StartsWith("Describe", StringComparison.Ordinal) || name.StartsWith("List", StringComparison.Ordinal));

    private static IEnumerable<string> Actions(JsonElement statement) => Grants.Texts(statement.GetProperty("Action"));

    // …:secret:cws-proof/internal-key-AbCdEf
    private static string Purpose(string arn) => arn.Split('/')[1][..^7];
}
