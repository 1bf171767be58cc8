namespace CloudWorkstation.Router.Haproxy;

/// <summary>The worker process that answers at the moment, as <c>show info</c> describes it.</summary>
/// <param name="Pid">Another number is another worker: a restart or a reload.</param>
/// <param name="StartedAt">UTC, whole seconds.</param>
internal sealed record HaproxyWorker(int Pid, DateTimeOffset StartedAt)
{
    /// <summary>Null when nobody answers.</summary>
    public static async Task<HaproxyWorker?> FindAsync(HaproxySocket runtime, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await runtime.AskAsync("show info", cancellationToken);
            return Number(reply, "Pid: ") is { } pid && Number(reply, "Start_time_sec: ") is { } start
                ? new HaproxyWorker((int)pid, DateTimeOffset.FromUnixTimeSeconds(start))
                : null;
        }
        catch (HaproxyException)
        {
            return null;
        }
    }

    private static long? Number(string reply, string name)
    {
        var line = reply.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(name.Length), out var value) ? value : null;
    }
}
