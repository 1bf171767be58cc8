using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Metrics;

/// <summary>
/// Listens to meters and writes what they measured in Prometheus' text format, version 0.0.4. Reads the meter of the product, and those of
/// ASP.NET Core and Quartz that are useful on a dashboard. A hosted service, so that it listens from the start of the process: what is
/// counted before somebody first asks must not be lost.
/// </summary>
public sealed class PrometheusText : IHostedService, IDisposable
{
    private const int MostSeries = 2000;
    private static readonly double[] DefaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly HashSet<string> Meters = new(StringComparer.Ordinal)
    {
        ProductMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime",
    };

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Series> series = new();

    public PrometheusText()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, v, t, _) => Record(i, v, t));
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => Record(i, v, t));
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => Record(i, v, t));
        listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in series.GroupBy(s => s.Key.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = group.First().Value;
            text.Append("# HELP ").Append(group.Key).Append(' ').Append(Escape(first.Help)).Append('\n');
            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(first.Type).Append('\n');
            foreach (var (key, value) in group.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
            {
                value.Write(text, key.Name, key.Labels);
            }
        }

        return text.ToString();
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (Name(instrument.Name), Labels(tags));
        if (!series.TryGetValue(key, out var found))
        {
            if (series.Count >= MostSeries)
            {
                return;
            }

            found = series.GetOrAdd(key, _ => Series.For(instrument));
        }

        found.Record(value);
    }

    private static string Name(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Name(name)).Append("=\"").Append(Escape(value?.ToString() ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    private static string Escape(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Series(string help, string type, bool sums, double[] bounds)
    {
        private readonly Lock gate = new();
        private readonly long[] buckets = new long[bounds.Length];
        private double value;
        private long count;

        public string Help => help;

        public string Type => type;

        public static Series For(Instrument instrument)
        {
            var kind = instrument.GetType().Name;
            var help = instrument.Description ?? instrument.Name;
            return kind switch
            {
                _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => new Series(help, "histogram", true, Bounds(instrument)),
                _ when kind.StartsWith("Counter", StringComparison.Ordinal) => new Series(help, "counter", true, []),
                _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => new Series(help, "counter", false, []),
                _ when kind.StartsWith("UpDownCounter", StringComparison.Ordinal) => new Series(help, "gauge", true, []),
                _ => new Series(help, "gauge", false, []),
            };
        }

        public void Record(double measured)
        {
            lock (gate)
            {
                value = sums ? value + measured : measured;
                count++;
                for (var i = 0; i < bounds.Length; i++)
                {
                    buckets[i] += measured <= bounds[i] ? 1 : 0;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                if (type != "histogram")
                {
                    Line(text, name, labels, value);
                    return;
                }

                var prefix = labels.Length > 0 ? labels + "," : "";
                for (var i = 0; i < bounds.Length; i++)
                {
                    Line(text, name + "_bucket", $"{prefix}le=\"{Number(bounds[i])}\"", buckets[i]);
                }

                Line(text, name + "_bucket", $"{prefix}le=\"+Inf\"", count);
                Line(text, name + "_sum", labels, value);
                Line(text, name + "_count", labels, count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double number) =>
            text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(Number(number)).Append('\n');

        private static double[] Bounds(Instrument instrument) =>
            instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } asked } ? [.. asked] : DefaultBuckets;
    }
}
