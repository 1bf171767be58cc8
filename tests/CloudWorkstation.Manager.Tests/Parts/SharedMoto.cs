using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Tests.Parts;

[assembly: AssemblyFixture(typeof(SharedMoto))]

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>The one moto of these tests, started when a test first asks for it. Each test takes a region or a name prefix of its own.</summary>
public sealed class SharedMoto : IAsyncDisposable
{
    private readonly Lazy<Task<MotoServer>> server = new(() => MotoServer.StartAsync(CancellationToken.None));

    public Task<MotoServer> ServerAsync() => server.Value;

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
