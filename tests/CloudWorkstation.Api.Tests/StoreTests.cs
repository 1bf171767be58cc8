using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

public sealed class StoreTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task The_suite_runs_on_the_store_that_was_asked_for()
    {
        await Task.Yield();
        host.Services.GetRequiredService<IDocumentStore>().GetType().Name.ShouldBe(TestStore.Name);
    }
}
