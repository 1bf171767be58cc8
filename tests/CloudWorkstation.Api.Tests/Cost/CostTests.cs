using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Cost;

/// <summary>Makes the table of costs in the store's README, and holds it against what the requests cost now.</summary>
public sealed partial class CostTests(CostHost host) : IClassFixture<CostHost>
{
    private const string Update = "CWS_UPDATE_SNAPSHOTS=1 CWS_TEST_STORE=dynamodb";
    private const string Begin = "<!-- costs: made by CostTests -->";
    private const string End = "<!-- end of costs -->";
    private const double PricePerMillionWrites = 0.625;
    private const double PricePerMillionReads = 0.125;

    /// <summary>Sizes differ by some bytes from run to run, and so a unit here and there.</summary>
    private const double Tolerance = 0.25;
    private const double UnitsOfTolerance = 3;

    private static readonly string[] Granted = ["GetItemRequest", "QueryRequest", "PutItemRequest", "UpdateItemRequest", "TransactWriteItemsRequest", "DescribeTableRequest"];
    private static readonly string[] Development = ["CreateTableRequest", "DescribeTimeToLiveRequest", "UpdateTimeToLiveRequest"];
    private static readonly string Readme = Repository.File("manager", "CloudWorkstation.Manager", "Storage", "DynamoDb", "README.md");
    private readonly List<(string Name, Units Units)> rows = [];

    [Fact(Timeout = 120_000)]
    public async Task A_request_costs_what_the_readme_says()
    {
        Assert.SkipUnless(TestStore.IsDynamoDb, "The costs are DynamoDB's: CWS_TEST_STORE=dynamodb.");
        await RunAsync();

        // No scan, and nothing that the role in infra/aws does not grant but making the table.
        host.Meter.Kinds.Keys.Except([.. Granted, .. Development], StringComparer.Ordinal).ShouldBeEmpty();
        var text = await File.ReadAllTextAsync(Readme);
        if (Environment.GetEnvironmentVariable("CWS_UPDATE_SNAPSHOTS") == "1")
        {
            await MeasureIdleAsync();
            await File.WriteAllTextAsync(Readme, text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n" + Table() + text[text.IndexOf(End, StringComparison.Ordinal)..]);
            return;
        }

        var written = Row().Matches(text).ToDictionary(m => m.Groups["name"].Value, m => (Reads: Number(m, "reads"), Writes: Number(m, "writes")), StringComparer.Ordinal);
        foreach (var (name, units) in rows)
        {
            var (reads, writes) = written.GetValueOrDefault(name, (-100, -100));
            (Near(units.Reads, reads) && Near(units.Writes, writes)).ShouldBeTrue($"{name}: {units.Reads} reads and {units.Writes} writes, the README says {reads} and {writes}. If that is meant: {Update}.");
        }
    }

    private async Task RunAsync()
    {
        var user = await host.NewUserAsync();
        await MeasureAsync("Sign in (`POST /auth/token`)", host.NewClient(), HttpMethod.Post, "/auth/token", $$"""{"userName":"{{user.Name}}","password":"{{ApiHost.Password}}"}""");
        await MeasureAsync("`GET /me`", user.Client, HttpMethod.Get, "/api/v1/me");
        await MeasureAsync("`GET /templates`", user.Client, HttpMethod.Get, "/api/v1/templates");
        host.Meter.Take(MeteredClient.Work);
        var created = await MeasureAsync("Accept a new desktop (`POST /desktops`)", user.Client, HttpMethod.Post, "/api/v1/desktops", """{"template":"plain","name":"first"}""");
        var desktop = created["desktop"]!.Text("id");
        await user.UntilStatusAsync(desktop, "running");
        Note("… and its operation from claim to end, two lines of log", MeteredClient.Work);
        var held = (await MeasureAsync(null, user.Client, HttpMethod.Post, "/api/v1/desktops", """{"template":"plain","name":"hold this"}"""))["desktop"]!.Text("id");
        await MeasureProgressAsync();
        host.Terraform.LetGo("hold this");
        await user.UntilStatusAsync(held, "running");
        await MeasureAsync("`GET /desktops`, 2 desktops", user.Client, HttpMethod.Get, "/api/v1/desktops");
        await MeasureAsync("`GET /desktops/{id}`", user.Client, HttpMethod.Get, "/api/v1/desktops/" + desktop);
        await MeasureAsync("Rename (`PATCH /desktops/{id}`)", user.Client, HttpMethod.Patch, "/api/v1/desktops/" + desktop, """{"name":"second"}""");
        await MeasureAsync("`GET /operations?desktop=`", user.Client, HttpMethod.Get, "/api/v1/operations?desktop=" + desktop);
        await MeasureAsync("`GET /operations/{id}/log`", user.Client, HttpMethod.Get, $"/api/v1/operations/{created["operation"]!.Text("id")}/log");
        await ConnectAsync(user, desktop);
        host.Meter.Take(MeteredClient.Work);
        await MeasureAsync("Accept a stop (`PATCH /desktops/{id}`)", user.Client, HttpMethod.Patch, "/api/v1/desktops/" + desktop, """{"state":"stopped"}""");
        await user.UntilStatusAsync(desktop, "stopped");
        Note("… and its operation from claim to end", MeteredClient.Work);
        await MeasureAsync("Audit trail, 50 entries (`GET /audit`)", host.Admin.Client, HttpMethod.Get, "/api/v1/audit?limit=50");
    }

    private async Task ConnectAsync(TestUser user, string desktop)
    {
        var granted = await MeasureAsync("`POST /desktops/{id}/connections`", user.Client, HttpMethod.Post, $"/api/v1/desktops/{desktop}/connections");
        using var proxy = host.NewClient();
        proxy.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        var path = "/internal/v1/connections/" + granted.Text("id");
        var report = $$"""{"lastInputAt":"{{DateTimeOffset.UtcNow:O}}","bytesToBrowser":10,"bytesToDesktop":5,"roundTripMilliseconds":1.5}""";
        await MeasureAsync("The proxy opens it", proxy, HttpMethod.Post, path + "/open");
        await MeasureAsync("The proxy reports (every 5 s of a connection)", proxy, HttpMethod.Post, path + "/report", report);
        await MeasureAsync("The proxy closes it (and stores a report every 30 s at this price)", proxy, HttpMethod.Post, path + "/close", report.Replace("{", """{"reason":"done",""", StringComparison.Ordinal));
    }

    /// <summary>An operation that runs and has nothing to say extends its lease, once every five seconds.</summary>
    private async Task MeasureProgressAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        host.Meter.Take(MeteredClient.Work);
        var units = Units.None;
        for (var deadline = Environment.TickCount64 + 20_000; units.Calls == 0 && Environment.TickCount64 < deadline; units += host.Meter.Take(MeteredClient.Work))
        {
            await Task.Delay(100);
        }

        rows.Add(("A running operation's heartbeat (every 5 s)", units));
    }

    /// <summary>What one api with its jobs asks of the store while nobody does anything, made an hour.</summary>
    private async Task MeasureIdleAsync()
    {
        host.Meter.Take(MeteredClient.Lists);
        host.Meter.Take(MeteredClient.Work);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(20));
        var idle = host.Meter.Take(MeteredClient.Lists) + host.Meter.Take(MeteredClient.Work);
        var hour = TimeSpan.FromHours(1) / watch.Elapsed;
        idleHour = new Units((int)(idle.Calls * hour), Hundreds(idle.Reads * hour), Hundreds(idle.Writes * hour));
    }

    private static double Hundreds(double units) => Math.Round(units / 100) * 100;

    private Units idleHour = Units.None;

    private async Task<System.Text.Json.Nodes.JsonNode> MeasureAsync(string? name, HttpClient client, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path).With(CostHost.Header, "measured");
        request.Content = body is null ? null : Answers.Json(body);
        host.Meter.Take("measured");
        using var answer = await client.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {await answer.Content.ReadAsStringAsync()}");
        var text = await answer.Content.ReadAsStringAsync();
        if (name is not null)
        {
            Note(name, "measured");
        }

        return text.Length == 0 ? new System.Text.Json.Nodes.JsonObject() : System.Text.Json.Nodes.JsonNode.Parse(text)!;
    }

    private void Note(string name, string account) => rows.Add((name, host.Meter.Take(account)));

    private string Table()
    {
        var table = new StringBuilder("| What | Calls | Read units | Write units | Dollars a million |\n|---|---:|---:|---:|---:|\n");
        foreach (var (name, units) in rows)
        {
            Line(table, name, units, (units.Reads * PricePerMillionReads) + (units.Writes * PricePerMillionWrites), "0.00");
        }

        table.Append("\nOne api that hosts jobs and has nothing to do, in an hour of its first minute's pace: ")
            .Append(CultureInfo.InvariantCulture, $"{idleHour.Calls} calls, {idleHour.Reads:0} read units, {idleHour.Writes:0} write units, ")
            .Append(CultureInfo.InvariantCulture, $"{idleHour.Reads * PricePerMillionReads / 1e6 * 730:0.00} dollars a month.\n");
        return table.ToString();
    }

    private static void Line(StringBuilder table, string name, Units units, double dollars, string format) =>
        table.Append(CultureInfo.InvariantCulture, $"| {name} | {units.Calls} | {units.Reads:0.#} | {units.Writes:0.#} | {dollars.ToString(format, CultureInfo.InvariantCulture)} |\n");

    private static bool Near(double now, double written) => Math.Abs(now - written) <= Math.Max(UnitsOfTolerance, Math.Abs(written) * Tolerance);

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^\| (?<name>[^|]+) \| \d+ \| (?<reads>[\d.]+) \| (?<writes>[\d.]+) \| [\d.]+ \|$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
