using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Api.Tests;

/// <summary>What a caller sees when a part behind the api breaks.</summary>
public sealed class FaultTests(FaultTests.Host host) : IClassFixture<FaultTests.Host>
{
    private const string Body = """{"template":"plain","name":"x"}""";

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_is_507_and_nothing_is_half_done()
    {
        var user = await host.NewUserAsync();
        host.Fault = new StorageFullException("no space", new IOException());
        try
        {
            await (await user.Client.PostAsync("/api/v1/desktops", Answers.Json(Body))).ShouldBeProblemAsync(507, "storage_full");
        }
        finally
        {
            host.Fault = null;
        }

        (await (await user.Client.GetAsync("/api/v1/desktops")).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty();
        await (await user.Client.PostAsync("/api/v1/desktops", Answers.Json(Body))).ShouldBeAsync(202);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bug_is_500_with_a_trace_id_and_tells_nothing_else()
    {
        var user = await host.NewUserAsync();
        host.Fault = new InvalidOperationException("secret words of a stack trace");
        try
        {
            var problem = await (await user.Client.PostAsync("/api/v1/desktops", Answers.Json(Body))).ShouldBeProblemAsync(500, "internal");
            problem.ToJsonString().ShouldNotContain("secret words");
        }
        finally
        {
            host.Fault = null;
        }
    }

    public sealed class Host : ApiHost
    {
        /// <value>What every commit fails with; null for none.</value>
        public Exception? Fault { get; set; }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services =>
            {
                var real = services.Last(s => s.ServiceType == typeof(IDocumentStore)).ImplementationFactory!;
                services.Replace(ServiceDescriptor.Singleton<IDocumentStore>(provider => new FaultyStore((IDocumentStore)real(provider), this)));
            });
        }
    }

    private sealed class FaultyStore(IDocumentStore inner, Host host) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

        public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken) => inner.QueryAsync(query, cancellationToken);

        public Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) =>
            host.Fault is { } fault ? throw fault : inner.CommitAsync(writes, cancellationToken);
    }
}
