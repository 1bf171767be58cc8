using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>What the process counts, as a meter (<c>CloudWorkstation.DesktopProxy</c>) and as the text of <c>/metrics</c>.</summary>
internal sealed class ProxyMetrics : IDisposable
{
    private readonly Meter _meter = new("CloudWorkstation.DesktopProxy");
    private readonly Lock _write = new();
    private readonly SortedDictionary<string, long> _ends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, long> _refusals = [];
    private long _opened;
    private long _active;
    private long _toBrowser;
    private long _toDesktop;

    public ProxyMetrics()
    {
        _meter.CreateObservableUpDownCounter("desktop_sessions", () => Volatile.Read(ref _active), description: "Live desktop sessions");
        _meter.CreateObservableCounter("desktop_sessions_opened", () => Volatile.Read(ref _opened), description: "Desktop sessions since the start");
        _meter.CreateObservableCounter("desktop_bytes_to_browser", () => Volatile.Read(ref _toBrowser), "By", "Payload of ended sessions");
        _meter.CreateObservableCounter("desktop_bytes_to_desktop", () => Volatile.Read(ref _toDesktop), "By", "Payload of ended sessions");
    }

    public void Opened()
    {
        lock (_write)
        {
            _opened++;
            _active++;
        }
    }

    public void Ended(string word, SessionTraffic traffic)
    {
        lock (_write)
        {
            _active--;
            _ends[word] = _ends.GetValueOrDefault(word) + 1;
            _toBrowser += traffic.BytesToBrowser;
            _toDesktop += traffic.BytesToDesktop;
        }
    }

    public void Refused(int status)
    {
        lock (_write)
        {
            _refusals[status] = _refusals.GetValueOrDefault(status) + 1;
        }
    }

    /// <summary>Prometheus' text format 0.0.4.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        lock (_write)
        {
            Append(text, "cws_desktop_sessions", "gauge", "", _active);
            Append(text, "cws_desktop_sessions_opened_total", "counter", "", _opened);
            Append(text, "cws_desktop_bytes_to_browser_total", "counter", "", _toBrowser);
            Append(text, "cws_desktop_bytes_to_desktop_total", "counter", "", _toDesktop);
            foreach (var (word, count) in _ends)
            {
                Append(text, "cws_desktop_sessions_ended_total", word == _ends.Keys.First() ? "counter" : "", $"{{reason=\"{word}\"}}", count);
            }

            foreach (var (status, count) in _refusals)
            {
                Append(text, "cws_desktop_refused_total", status == _refusals.Keys.First() ? "counter" : "", $"{{status=\"{status}\"}}", count);
            }
        }

        Append(text, "process_resident_memory_bytes", "gauge", "", Environment.WorkingSet);
        Append(text, "dotnet_gc_allocated_bytes_total", "counter", "", GC.GetTotalAllocatedBytes());
        return text.ToString();
    }

    public void Dispose() => _meter.Dispose();

    private static void Append(StringBuilder text, string name, string type, string labels, long value)
    {
        if (type.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
    }
}
