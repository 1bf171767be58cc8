using System.Diagnostics.Metrics;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Metrics;

/// <summary>The product's own measurements, on the meter <c>CloudWorkstation</c>.</summary>
public static class ProductMetrics
{
    public const string MeterName = "CloudWorkstation";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Operations =
        Meter.CreateCounter<long>("cws_operations_total", description: "Ended attempts of operations by kind and result.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "cws_operation_duration_seconds",
        "s",
        "From the start of an operation's first attempt to its end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] });

    private static readonly Histogram<double> QueueWait = Meter.CreateHistogram(
        "cws_operation_queue_seconds",
        "s",
        "From the request to the start of the first attempt.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800] });

    private static readonly UpDownCounter<long> Running =
        Meter.CreateUpDownCounter<long>("cws_operations_running", description: "Operations that this process runs now.");

    private static readonly UpDownCounter<long> Connections =
        Meter.CreateUpDownCounter<long>("cws_connections_open", description: "Connections opened minus closed through this process.");

    private static readonly Counter<long> Closed =
        Meter.CreateCounter<long>("cws_connections_closed_total", description: "Closed connections by reason.");

    internal static void Began(Operation operation)
    {
        Running.Add(1);
        if (operation is { Attempt: 1, StartedAt: { } started })
        {
            QueueWait.Record((started - operation.QueuedAt).TotalSeconds, Kind(operation));
        }
    }

    internal static void Ended(Operation operation, DateTimeOffset now)
    {
        var result = operation.State == OperationState.Queued
            ? operation.NextAttemptAt is null ? "handed-back" : "try-later"
            : operation.State.ToString().ToLowerInvariant();
        Operations.Add(1, Kind(operation), new KeyValuePair<string, object?>("result", result));
        if (!operation.IsActive && operation.StartedAt is { } started)
        {
            Duration.Record((now - started).TotalSeconds, Kind(operation));
        }
    }

    internal static void Left() => Running.Add(-1);

    internal static void ConnectionOpened() => Connections.Add(1);

    internal static void ConnectionClosed(string reason)
    {
        Connections.Add(-1);
        Closed.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    private static KeyValuePair<string, object?> Kind(Operation operation) => new("kind", operation.Kind.ToString().ToLowerInvariant());
}
