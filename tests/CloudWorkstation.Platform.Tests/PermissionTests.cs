using System.Text.Json;
using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Platform.Tests.Support;

namespace CloudWorkstation.Platform.Tests;

/// <summary>
/// The roles of infra/aws suffice, and hold little more: a desktop's whole life is recorded by moto, and every call is held against the actions
/// that the policies grant. moto has no policy simulation; resources and conditions are held by PolicyTests.
/// </summary>
public sealed partial class PermissionTests(AppliedPlatform platform)
{
    private static readonly string[] OnlyWorkers = ["ec2:StartInstances", "ec2:StopInstances"];
    private const string ForSpot = "a desktop of spare capacity; this life is one on demand";
    private const string ForTags = "a tag that a newer template or platform no longer has";
    private const string ForKey = "AWS asks for it in the caller's name, where it encrypts; moto encrypts nothing";

    /// <summary>Granted, and not seen by moto's recorder: why it is needed all the same.</summary>
    private static readonly Dictionary<string, string> NeverSeen = new(StringComparer.Ordinal)
    {
        ["dynamodb:ConditionCheckItem"] = "a commit that holds another document as it is, which this life needs nowhere",
        ["ec2:CancelSpotInstanceRequests"] = ForSpot,
        ["ec2:DescribeSpotInstanceRequests"] = ForSpot,
        ["ec2:DeleteTags"] = ForTags,
        ["ecs:UntagResource"] = ForTags,
        ["ssm:RemoveTagsFromResource"] = ForTags,
        ["ec2:ModifyVolume"] = "a disk that grows",
        ["kms:CreateGrant"] = ForKey,
        ["kms:Decrypt"] = ForKey,
        ["kms:DescribeKey"] = ForKey,
        ["kms:Encrypt"] = ForKey,
        ["kms:GenerateDataKey"] = ForKey,
        ["kms:GenerateDataKeyWithoutPlaintext"] = ForKey,
        ["kms:ReEncryptFrom"] = ForKey,
        ["kms:ReEncryptTo"] = ForKey,
    };

    [Fact(Timeout = 900_000)]
    public async Task A_desktops_whole_life_needs_what_the_workers_role_grants_and_the_rest_is_explained()
    {
        var token = TestContext.Current.CancellationToken;
        using var recorder = new HttpClient { BaseAddress = platform.Moto.Endpoint };
        await Recorder.StartAsync(recorder, token);
        await using var installation = await Installation.StartAsync(platform);
        var desktop = await BuildAsync(installation, token);
        await PowerAsync(installation, desktop, token);
        var built = await Recorder.DownloadAsync(recorder, token);
        var called = RecordedCalls.Parse(built);
        ShouldBeMarkedAsMade(RecordedCalls.TaggedAsMade(built));

        await Recorder.StartAsync(recorder, token);
        (await installation.Desktops.PlanAsync(Installation.Alice, desktop, new ChangeDesktop { Power = Power.Off }, token)).Succeeded.ShouldBeTrue();
        var planned = RecordedCalls.Parse(await Recorder.DownloadAsync(recorder, token));

        await Recorder.StartAsync(recorder, token);
        await installation.SucceedsAsync((await installation.Desktops.DeleteAsync(Installation.Alice, desktop, null, token)).Value, token);
        called.UnionWith(RecordedCalls.Parse(await Recorder.DownloadAsync(recorder, token)));
        called.UnionWith(Declared());

        planned.ShouldContain("ec2:DescribeInstances");
        planned.UnionWith(Declared().Except(OnlyWorkers));
        planned.Except(platform.Grants[$"cws-{AppliedPlatform.Name}-api"].Actions).ShouldBeEmpty("the api plans changes, restarts machines and removes orphans, and its role does not grant these");

        var granted = platform.Grants[$"cws-{AppliedPlatform.Name}-worker"].Actions;
        string[] wrong =
        [
            .. called.Except(granted).Select(a => $"{a} is called, and the worker's role does not grant it"),
            .. granted.Except(called).Except(NeverSeen.Keys).Select(a => $"{a} is granted, and nobody calls it: take it away, or explain it in NeverSeen"),
            .. NeverSeen.Keys.Except(granted).Select(a => $"{a} is explained, and not granted"),
            .. NeverSeen.Keys.Intersect(called).Select(a => $"{a} is explained, and called: it needs no explanation"),
        ];
        wrong.Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    /// <summary>The role makes only what carries the installation's mark, and the mark must be in the call itself, for the disk as for the machine.</summary>
    private void ShouldBeMarkedAsMade(IReadOnlyList<IReadOnlyDictionary<string, IReadOnlySet<string>>> machines)
    {
        var statement = platform.Grants[$"cws-{AppliedPlatform.Name}-worker"].Statements.Single(s => s.GetProperty("Sid").GetString() == "Run");
        statement.GetProperty("Condition").GetProperty("StringEquals").TryGetProperty("aws:RequestTag/cws:environment", out _).ShouldBeTrue();
        var made = Grants.Texts(statement.GetProperty("Resource")).Select(r => r.Split(':')[^1].Split('/')[0]).ToList();
        made.ShouldBe(["instance", "volume"], ignoreOrder: true);
        machines.ShouldNotBeEmpty();
        machines.ShouldAllBe(machine => made.All(what => machine.ContainsKey(what) && machine[what].Contains("cws:environment") && machine[what].Contains("cws:desktop")));
    }

    private static async Task<string> BuildAsync(Installation installation, CancellationToken token)
    {
        var parameters = new Dictionary<string, JsonElement> { ["proxy"] = JsonSerializer.SerializeToElement("dedicated"), ["os"] = JsonSerializer.SerializeToElement("amazon-linux") };
        var created = (await installation.Desktops.CreateAsync(Installation.Alice, new CreateDesktop("aws-vnc", "Mine", parameters), token)).Value;
        await installation.SucceedsAsync(created, token);
        return created.Desktop.Desktop.Id;
    }

    private static async Task PowerAsync(Installation installation, string desktop, CancellationToken token)
    {
        foreach (var power in (Power[])[Power.Off, Power.On])
        {
            await installation.SucceedsAsync((await installation.Desktops.ChangeAsync(Installation.Alice, desktop, new ChangeDesktop { Power = power }, token)).Value, token);
        }
    }

    /// <summary>What the manager's own clients can ask for, whether the recorded life came by it or not.</summary>
    private static IEnumerable<string> Declared() => ((string[])["Ec2", "Ecs", "Ssm"]).SelectMany(service =>
        Directory.EnumerateFiles(Checkout.Path("manager", "CloudWorkstation.Manager", "Aws", service), "*Client.cs")
            .SelectMany(file => Operation().Matches(File.ReadAllText(file)))
            .Select(match => $"{service.ToLowerInvariant()}:{match.Groups["name"].Value}"));

    [GeneratedRegex("""(QueryCall|JsonAsync|NamesAsync|ChangeAsync|PagesAsync)\("(?<name>[A-Z][A-Za-z]+)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Operation();
}
