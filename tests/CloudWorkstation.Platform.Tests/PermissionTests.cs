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
    /// <summary>Granted, and not seen by moto's recorder: why it is needed all the same.</summary>
    private static readonly Dictionary<string, string> NeverSeen = new(StringComparer.Ordinal)
    {
    };

    [Fact(Timeout = 900_000)]
    public async Task A_desktops_whole_life_needs_what_the_workers_role_grants_and_the_rest_is_explained()
    {
        var token = TestContext.Current.CancellationToken;
        using var recorder = new HttpClient { BaseAddress = platform.Moto.Endpoint };
        await using var installation = await Installation.StartAsync(platform);

        await PostAsync(recorder, "start-recording", token);
        await LiveAsync(installation, token);
        var life = await DownloadAsync(recorder, token);
        await File.WriteAllTextAsync("/tmp/plat/rec.json", life, token);
        var called = RecordedCalls.Parse(life).Concat(Declared()).ToHashSet(StringComparer.Ordinal);

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

    private static async Task LiveAsync(Installation installation, CancellationToken token)
    {
        var parameters = new Dictionary<string, JsonElement> { ["proxy"] = JsonSerializer.SerializeToElement("dedicated"), ["os"] = JsonSerializer.SerializeToElement("amazon-linux") };
        var created = (await installation.Desktops.CreateAsync(Installation.Alice, new CreateDesktop("aws-vnc", "Mine", parameters), token)).Value;
        var id = created.Desktop.Desktop.Id;
        await installation.SucceedsAsync(created, token);
        foreach (var power in (Power[])[Power.Off, Power.On])
        {
            await installation.SucceedsAsync((await installation.Desktops.ChangeAsync(Installation.Alice, id, new ChangeDesktop { Power = power }, token)).Value, token);
        }

        await installation.SucceedsAsync((await installation.Desktops.DeleteAsync(Installation.Alice, id, null, token)).Value, token);
    }

    /// <summary>What the manager's own clients can ask for, whether the recorded life came by it or not.</summary>
    private static IEnumerable<string> Declared() => ((string[])["Ec2", "Ecs", "Ssm"]).SelectMany(service =>
        Directory.EnumerateFiles(Checkout.Path("manager", "CloudWorkstation.Manager", "Aws", service), "*Client.cs")
            .SelectMany(file => Operation().Matches(File.ReadAllText(file)))
            .Select(match => $"{service.ToLowerInvariant()}:{match.Groups["name"].Value}"));

    private static async Task PostAsync(HttpClient recorder, string what, CancellationToken token)
    {
        using var answer = await recorder.PostAsync(new Uri($"/moto-api/recorder/{what}", UriKind.Relative), null, token);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> DownloadAsync(HttpClient recorder, CancellationToken token)
    {
        await PostAsync(recorder, "stop-recording", token);
        var recording = await recorder.GetStringAsync(new Uri("/moto-api/recorder/download-recording", UriKind.Relative), token);
        await PostAsync(recorder, "reset-recording", token);
        return recording;
    }

    [GeneratedRegex("""(QueryCall|JsonAsync|NamesAsync|ChangeAsync|PagesAsync)\("(?<name>[A-Z][A-Za-z]+)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Operation();
}
