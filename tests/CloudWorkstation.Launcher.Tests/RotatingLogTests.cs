using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Launcher.Tests;

public sealed class RotatingLogTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TemporaryData _temporary = new TemporaryData().Prepared();

    [Fact(Timeout = Limit)]
    public async Task A_log_never_takes_more_than_twice_its_limit()
    {
        var path = Path.Combine(_temporary.Data.Logs, "example.log");
        using (var log = new RotatingLog(path, limit: 1000))
        {
            for (var line = 0; line < 500; line++)
                log.WriteLine($"line {line}");
        }

        await Task.Yield();
        new DirectoryInfo(_temporary.Data.Logs).EnumerateFiles().Sum(file => file.Length).ShouldBeLessThan(2100);
        RotatingLog.Tail(path, 1).Concat(RotatingLog.Tail(path + ".1", 1)).ShouldContain("line 499");
    }

    [Fact(Timeout = Limit)]
    public async Task A_log_goes_on_where_the_last_run_ended()
    {
        var path = Path.Combine(_temporary.Data.Logs, "example.log");
        foreach (var run in (string[])["first", "second"])
        {
            using var log = new RotatingLog(path);
            log.WriteLine(run);
        }

        (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).ShouldBe(["first", "second"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_full_disk_does_not_end_the_service()
    {
        using var log = new RotatingLog("/dev/full");

        await Should.NotThrowAsync(Task.Run(() => log.WriteLine("lost"), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _temporary.Dispose();
}
