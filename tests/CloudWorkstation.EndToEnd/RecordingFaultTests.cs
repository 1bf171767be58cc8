using System.Text.Json.Nodes;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>SIGKILL while a session is recorded: what was acknowledged is kept and plays, and nothing is left half done.</summary>
public sealed class RecordingFaultTests
{
    private const int Limit = 480_000;
    private const string Group = "on-record";

    // Two minutes of silence, a minute of another process's lease, and a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Dictionary<string, string> SmallChunks = new(StringComparer.Ordinal) { ["CWS_RECORDINGS__CHUNKKILOBYTES"] = "4" };

    [Fact(Timeout = Limit)]
    public async Task The_api_killed_while_a_session_is_recorded_goes_on_with_the_same_recording()
    {
        await using var product = await Product.StartAsync(SmallChunks);
        using var auditor = await product.AdminAsync();
        using var person = await RecordedPersonAsync(product, auditor);
        var desktop = await Desktop.CreateAsync(product, person);
        string recording;
        Dictionary<string, byte[]> before;
        await using (var screen = await desktop.ConnectAsync())
        {
            recording = await WorkUntilKeptAsync(screen, auditor, desktop, "a");
            before = Chunks(product, recording);
            await product.KillAndAwaitReturnAsync("api");
            await Eventually.HoldsAsync(async () => (await auditor.GetAsync("/api/v1/me")).Status == 200, "the api answers again");
            await screen.PressAsync("z");
            // The session has outlived it.
            await screen.PixelAsync(1, 1);
        }

        await EndedAsync(auditor, recording, "complete");
        await ShouldHoldAsync(product, auditor, recording, before);
        Typed(await TimelineAsync(auditor, recording)).ShouldBe(["a", "z"], Case.Sensitive);
        (await OfAsync(auditor, desktop)).Count.ShouldBe(1);
        await desktop.DeleteAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task The_proxy_killed_while_a_session_is_recorded_leaves_a_recording_that_ends_and_plays()
    {
        await using var product = await Product.StartAsync(SmallChunks);
        using var auditor = await product.AdminAsync();
        using var person = await RecordedPersonAsync(product, auditor);
        var desktop = await Desktop.CreateAsync(product, person);
        await using var screen = await desktop.ConnectAsync();
        var recording = await WorkUntilKeptAsync(screen, auditor, desktop, "a");
        var before = Chunks(product, recording);

        await product.KillAndAwaitReturnAsync("desktop-proxy");
        await screen.UntilClosedAsync();

        await EndedAsync(auditor, recording, "broken");
        await ShouldHoldAsync(product, auditor, recording, before);
        Typed(await TimelineAsync(auditor, recording)).ShouldBe(["a"], Case.Sensitive);
        await Eventually.HoldsAsync(desktop.CanConnectAsync, "the next session can be recorded");
        (await OfAsync(auditor, desktop)).ShouldContain(r => r["state"]!.GetValue<string>() != "broken", "the next session is a recording of its own");
        await desktop.DeleteAsync();
    }

    private static async Task<Person> RecordedPersonAsync(Product product, Person admin)
    {
        (await admin.SendAsync(HttpMethod.Put, "/api/v1/settings/session-policies", new { policies = new[] { new { name = "On record", groups = new[] { Group }, recording = "keys" } } })).Status.ShouldBe(200);
        using var person = await product.EmployeeAsync("recorded");
        (await admin.PatchAsync($"/api/v1/accounts/{person.Id}", new { groups = new[] { Group } })).Status.ShouldBe(200);
        return await Person.SignInAsync(product.Url, "recorded", "a-password-of-my-own-7");
    }

    /// <summary>Types and looks until the api has acknowledged several chunks with that key in them.</summary>
    private static async Task<string> WorkUntilKeptAsync(Screen screen, Person auditor, Desktop desktop, string key)
    {
        await screen.PressAsync(key);
        var id = (await OfAsync(auditor, desktop)).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                await screen.PixelAsync(1, 1);
                return Typed(await TimelineAsync(auditor, id)).Contains(key) && (await auditor.GetAsync($"/api/v1/recordings/{id}")).Body["chunks"]!.GetValue<int>() > 1;
            },
            "what was typed is kept, in several chunks");
        return id;
    }

    private static async Task EndedAsync(Person auditor, string recording, string state)
    {
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var found = await auditor.GetAsync($"/api/v1/recordings/{recording}");
                return found.Status == 200 && (last = found.Body["state"]!.GetValue<string>()) != "recording";
            },
            "the recording has ended",
            Patience);
        last.ShouldBe(state);
    }

    /// <summary>Every chunk of before is what it was; those that are there are those that play, and there is nothing beside them.</summary>
    private static async Task ShouldHoldAsync(Product product, Person auditor, string recording, Dictionary<string, byte[]> before)
    {
        var after = Chunks(product, recording);
        foreach (var (name, bytes) in before.Where(file => file.Key.EndsWith(".chunk", StringComparison.Ordinal)))
            after[name].ShouldBe(bytes);
        var told = (await auditor.GetAsync($"/api/v1/recordings/{recording}")).Body;
        after.Count.ShouldBe(told["chunks"]!.GetValue<int>());
        after.Keys.ShouldAllBe(name => name.EndsWith(".chunk", StringComparison.Ordinal));
        told["bytes"]!.GetValue<long>().ShouldBe(after.Values.Sum(bytes => (long)bytes.Length));
        (await auditor.GetAsync($"/api/v1/recordings/{recording}/content?first={after.Count - 1}&count=1")).Body.GetValue<string>().ShouldNotBeEmpty("the last chunk plays");
        Directory.EnumerateDirectories(Recordings(product)).ShouldHaveSingleItem();
    }

    private static async Task<IReadOnlyList<JsonNode>> OfAsync(Person auditor, Desktop desktop) =>
        [.. (await auditor.GetAsync($"/api/v1/recordings?owner=*&desktop={desktop.Id}")).Body["items"]!.AsArray().Select(item => item!)];

    private static async Task<string> TimelineAsync(Person auditor, string recording) => (await auditor.GetAsync($"/api/v1/recordings/{recording}/timeline")).Body.GetValue<string>();

    private static List<string> Typed(string timeline) =>
        [.. timeline.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(mark => mark["kind"]!.GetValue<string>() == "key" && mark["down"]!.GetValue<bool>()).Select(mark => mark["detail"]!.GetValue<string>())];

    private static Dictionary<string, byte[]> Chunks(Product product, string recording) =>
        Directory.EnumerateFiles(Path.Combine(Recordings(product), recording)).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal);

    private static string Recordings(Product product) => Path.Combine(product.Data.Root, "recordings");
}
