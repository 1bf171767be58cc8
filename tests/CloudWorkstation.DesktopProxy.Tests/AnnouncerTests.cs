using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

public sealed class AnnouncerTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_shared_proxy_announces_nothing()
    {
        await using var proxy = await TestProxy.StartAsync();

        proxy.Api.Announced.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktops_own_proxy_says_the_address_it_was_given_until_the_api_takes_it_in()
    {
        await using var proxy = await TestProxy.StartAsync(
            s => s with { Desktop = TestProxy.DesktopId, Advertise = "10.0.0.9:8083" },
            api => api.AnnounceRefusals.Enqueue(503));

        await Eventually.TrueAsync(() => proxy.Api.Announced.Count == 2);

        proxy.Api.Announced.Distinct().ShouldBe([(TestProxy.DesktopId, "10.0.0.9:8083")]);
    }

    [Fact(Timeout = 60_000)]
    public async Task On_ecs_it_says_the_tasks_address()
    {
        await using var proxy = await TestProxy.StartAsync(s => s with { Desktop = TestProxy.DesktopId, Metadata = new Uri(s.Api, "/ecs-metadata") });

        await Eventually.TrueAsync(() => !proxy.Api.Announced.IsEmpty);

        proxy.Api.Announced.Single().Address.ShouldBe($"10.20.30.40:{proxy.Address.Port}");
    }

    [Fact(Timeout = 60_000)]
    public async Task Elsewhere_it_says_where_it_listens()
    {
        await using var proxy = await TestProxy.StartAsync(s => s with { Desktop = TestProxy.DesktopId });

        await Eventually.TrueAsync(() => !proxy.Api.Announced.IsEmpty);

        proxy.Api.Announced.Single().Address.ShouldBe(proxy.Address.ToString());
    }
}
