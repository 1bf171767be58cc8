using CloudWorkstation.Api.Recordings;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Recordings.Chunks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

/// <summary>An api whose place of recordings refuses when a test says so.</summary>
public sealed class RefusingPlaceHost : ApiHost
{
    internal RefusingPlace Place { get; private set; } = null!;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton(s => new ChunkStores([Place = new RefusingPlace(new FileChunks(s.GetRequiredService<DataPaths>()))])));
    }
}

/// <summary>What a bucket does that was taken away, seen over HTTP.</summary>
public sealed class RecordingPlaceTests(RefusingPlaceHost host) : IClassFixture<RefusingPlaceHost>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 180_000)]
    public async Task While_recordings_cannot_be_kept_everything_that_needs_them_is_503_and_goes_on_when_they_can()
    {
        host.Place.Refuses = false;
        var session = await RecordedConnection.OpenAsync(host);
        using var proxy = RecordedConnection.ProxyClient(host);
        await (await proxy.PutAsync(session.Chunk(0), session.Sealed(0), None)).ShouldBeAsync(204);
        var another = await (await session.Owner.Client.PostAsync($"/api/v1/desktops/{session.Desktop}/connections", null, None)).ShouldBeAsync(201);
        host.Place.Refuses = true;

        await (await proxy.PutAsync(session.Chunk(1), session.Sealed(1), None)).ShouldBeProblemAsync(503, "recording_unavailable");
        await (await session.Owner.Client.PostAsync($"/api/v1/desktops/{session.Desktop}/connections", null, None)).ShouldBeProblemAsync(503, "recording_unavailable");
        await (await proxy.PostAsync($"/internal/v1/connections/{another.Text("id")}/open", null, None)).ShouldBeProblemAsync(503, "recording_unavailable");
        await (await host.Admin.Client.GetAsync($"/api/v1/recordings/{session.Recording}/content", None)).ShouldBeProblemAsync(503, "unavailable");
        await (await host.Admin.Client.GetAsync($"/api/v1/recordings/{session.Recording}", None)).ShouldBeAsync(200);

        host.Place.Refuses = false;
        await (await proxy.PutAsync(session.Chunk(1), session.Sealed(1), None)).ShouldBeAsync(204);
        await (await proxy.PostAsync($"/internal/v1/recordings/{session.Recording}/complete", Answers.Json("""{"chunks":2,"reason":"closed"}"""), None)).ShouldBeAsync(204);
        (await (await host.Admin.Client.GetAsync($"/api/v1/recordings/{session.Recording}", None)).ShouldBeAsync(200)).Text("state").ShouldBe("complete");

        host.Place.Refuses = true;
        await (await host.Admin.Client.DeleteAsync($"/api/v1/recordings/{session.Recording}", None)).ShouldBeProblemAsync(503, "unavailable");
        await (await host.Admin.Client.GetAsync($"/api/v1/recordings/{session.Recording}", None)).ShouldBeProblemAsync(404, "not_found");
        host.Place.Refuses = false;
    }

    [Fact(Timeout = 60_000)]
    public async Task The_check_of_the_program_names_a_setting_that_cannot_work_and_where_recordings_would_be()
    {
        var wrong = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Recordings:Bucket", (string?)"s3://recordings")]).Build();
        var (good, text) = await RecordingsTool.CheckAsync(wrong, None);
        good.ShouldBeFalse();
        text.ShouldContain("CWS_RECORDINGS__BUCKET is 's3://recordings'");

        var files = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Data", (string?)host.Data)]).Build();
        (await RecordingsTool.CheckAsync(files, None)).ShouldBe((true, $"recordings can be kept in {Path.Combine(host.Data, "recordings")}, played and deleted"));
    }
}

internal sealed class RefusingPlace(IChunkStore store) : IChunkStore
{
    private static readonly PlaceFault Fault = new("their bucket refuses.", "The test says so.", "Nothing.");

    public bool Refuses { get; set; }

    public string Name => store.Name;

    public Task<PlaceFault?> CheckAsync(CancellationToken cancellationToken) => Refuses ? Task.FromResult<PlaceFault?>(Fault) : store.CheckAsync(cancellationToken);

    public Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) => Open().WriteAsync(recording, number, chunk, cancellationToken);

    public Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken) => Open().ReadAsync(recording, number, most, cancellationToken);

    public Task<StoredChunks> LookAsync(string recording, CancellationToken cancellationToken) => Open().LookAsync(recording, cancellationToken);

    public Task DeleteAsync(string recording, CancellationToken cancellationToken) => Open().DeleteAsync(recording, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => Open().ListAsync(cancellationToken);

    private IChunkStore Open() => Refuses ? throw new RecordingPlaceException(Fault) : store;
}
