using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class StreamTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task Events_carry_the_new_state_as_the_api_shows_it()
    {
        var user = await host.NewUserAsync();
        using var events = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        events.Response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        events.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var created = await user.CreateDesktopAsync("seen");
        var id = created["desktop"]!.Text("id");
        var running = await events.UntilAsync(e => e.Event == "desktop" && e.Data.Text("status") == "running");
        running.Data.Text("id").ShouldBe(id);
        running.Id.ShouldNotBeNullOrEmpty();
        var shown = await (await user.Client.GetAsync("/api/v1/desktops/" + id)).ShouldBeAsync(200);
        running.Data["version"]!.GetValue<long>().ShouldBeLessThanOrEqualTo(shown["version"]!.GetValue<long>());
        running.Data.AsObject().Select(m => m.Key).Except(shown.AsObject().Select(m => m.Key)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_after_the_last_one_received_come_first()
    {
        var user = await host.NewUserAsync();
        ReceivedEvent first;
        using (var events = await EventReader.OpenAsync(user.Client, "/api/v1/events"))
        {
            await user.BuiltDesktopAsync("replayed");
            first = (await events.NextAsync())!;
        }

        using var again = await EventReader.OpenAsync(user.Client, "/api/v1/events", first.Id);
        var next = (await again.NextAsync())!;
        string.CompareOrdinal(next.Id, first.Id).ShouldBeGreaterThan(0);
        (await again.UntilAsync(e => e.Event == "desktop" && e.Data.Text("status") == "running")).Data.Text("name").ShouldBe("replayed");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_last_event_id_asks_the_listener_to_start_over()
    {
        var user = await host.NewUserAsync();
        await user.CreateDesktopAsync("anything");
        using var events = await EventReader.OpenAsync(user.Client, "/api/v1/events", "00000000000000000000000000");
        (await events.NextAsync())!.Event.ShouldBe("reset");
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_elses_events_are_not_heard_and_an_administrator_hears_all()
    {
        var (user, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        using var others = await EventReader.OpenAsync(other.Client, "/api/v1/events");
        using var admins = await EventReader.OpenAsync(host.Admin.Client, "/api/v1/events");
        var secret = (await user.BuiltDesktopAsync("secret")).Text("id");
        (await admins.UntilAsync(e => e.Event == "desktop" && e.Data.Text("id") == secret)).ShouldNotBeNull();
        var own = (await other.CreateDesktopAsync("own"))["desktop"]!.Text("id");
        var heard = await others.UntilAsync(e => e.Event is "desktop" or "operation");
        (heard.Event == "desktop" ? heard.Data.Text("id") : heard.Data.Text("desktop")).ShouldBe(own);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_says_that_its_session_has_ended_and_ends()
    {
        var user = await host.NewUserAsync();
        using var events = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        (await user.Client.PostAsync("/auth/sign-out", null)).EnsureSuccessStatusCode();
        var last = (await events.NextAsync())!;
        last.Event.ShouldBe("session");
        last.Data["ended"]!.GetValue<bool>().ShouldBeTrue();
        (await events.NextAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Disabling_an_account_ends_its_streams()
    {
        var user = await host.NewUserAsync();
        using var events = await EventReader.OpenAsync(user.Client, "/api/v1/events");
        (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { disabled = true })).EnsureSuccessStatusCode();
        (await events.NextAsync())!.Event.ShouldBe("session");
        (await events.NextAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_streams_line_by_line_to_its_end()
    {
        var user = await host.NewUserAsync();
        var name = "hold " + Guid.NewGuid();
        var operation = (await user.CreateDesktopAsync(name))["operation"]!.Text("id");
        using var log = await EventReader.OpenAsync(user.Client, $"/api/v1/operations/{operation}/log");
        var building = await log.UntilAsync(e => e.Event == "line" && e.Data.Text("text").Contains("Building", StringComparison.Ordinal));
        building.Id.ShouldBe(building.Data["sequence"]!.GetValue<long>().ToString());
        host.Terraform.LetGo(name);
        await log.UntilAsync(e => e.Event == "line" && e.Data.Text("text").Contains("Built", StringComparison.Ordinal));
        (await log.UntilAsync(e => e.Event == "end")).Data.Text("state").ShouldBe("succeeded");
        (await log.NextAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_can_be_read_in_parts_as_json_and_taken_up_again_as_a_stream()
    {
        var user = await host.NewUserAsync();
        var created = await user.CreateDesktopAsync("read in parts");
        await user.UntilStatusAsync(created["desktop"]!.Text("id"), "running");
        var path = $"/api/v1/operations/{created["operation"]!.Text("id")}/log";
        var all = await (await user.Client.GetAsync(path)).ShouldBeAsync(200);
        var sequences = all["items"]!.AsArray().Select(l => l!["sequence"]!.GetValue<long>()).ToList();
        sequences.ShouldBe(Enumerable.Range(1, sequences.Count).Select(i => (long)i));
        all["complete"]!.GetValue<bool>().ShouldBeTrue();
        var part = await (await user.Client.GetAsync(path + "?after=1&limit=1")).ShouldBeAsync(200);
        part["items"]!.AsArray().Single()!["sequence"]!.GetValue<long>().ShouldBe(2);
        part["complete"]!.GetValue<bool>().ShouldBeFalse();
        using var stream = await EventReader.OpenAsync(user.Client, path, "1");
        (await stream.NextAsync())!.Id.ShouldBe("2");
        await (await user.Client.GetAsync(path + "?after=-1")).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_listeners_all_hear_and_cost_little()
    {
        const int Listeners = 180;
        var user = await host.NewUserAsync();
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.SignInAsync(user.Name, ApiHost.Password)));
        var readers = new List<EventReader>();
        try
        {
            for (var i = 0; i < Listeners; i++)
            {
                readers.Add(await EventReader.OpenAsync(sessions[i % sessions.Length].Client, "/api/v1/events"));
            }

            var threads = ThreadPool.ThreadCount;
            await user.CreateDesktopAsync("heard by all");
            await Task.WhenAll(readers.Select(r => r.UntilAsync(e => e.Event == "desktop")));
            (ThreadPool.ThreadCount - threads).ShouldBeLessThan(Listeners / 3);
        }
        finally
        {
            readers.ForEach(r => r.Dispose());
        }
    }
}
