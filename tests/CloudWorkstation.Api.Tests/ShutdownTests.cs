using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class ShutdownTests(ShutdownTests.Host host) : IClassFixture<ShutdownTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task Stopping_ends_open_streams_cleanly_instead_of_waiting_for_them()
    {
        using var events = await EventReader.OpenAsync(host.Admin.Client, "/api/v1/events");
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        while (await events.NextAsync() is not null)
        {
            // Whatever was on its way comes first.
        }

        // A host that runs out of patience cuts its connections instead.
        events.IsBroken.ShouldBeFalse();
    }

    public sealed class Host : ApiHost;
}
