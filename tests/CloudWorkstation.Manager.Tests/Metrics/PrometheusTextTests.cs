using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_operation_is_counted_and_timed_in_prometheus_text_even_before_anybody_first_asks()
    {
        await using var manager = new TestManager();
        await manager.Host.StartAsync(TestContext.Current.CancellationToken);

        await manager.BuildAsync(TestManager.Alice);

        var text = manager.Get<PrometheusText>().Write();
        text.ShouldContain("# TYPE cws_operations_total counter");
        text.ShouldContain("cws_operations_total{kind=\"create\",result=\"succeeded\"}");
        text.ShouldContain("cws_operation_duration_seconds_bucket{kind=\"create\",le=\"+Inf\"}");
        text.ShouldContain("cws_operation_queue_seconds_count{kind=\"create\"}");
    }
}
