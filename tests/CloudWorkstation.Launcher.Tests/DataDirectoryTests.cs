using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private const int Limit = 30_000;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryData _temporary = new();

    [Fact(Timeout = Limit)]
    public async Task A_new_data_directory_is_private()
    {
        await Task.Run(_temporary.Data.Prepare, TestContext.Current.CancellationToken);

        File.GetUnixFileMode(_temporary.Data.Root).ShouldBe(Private);
        File.GetUnixFileMode(_temporary.Data.Logs).ShouldBe(Private);
    }

    [Fact(Timeout = Limit)]
    public async Task A_directory_that_others_can_read_is_refused_with_the_fix()
    {
        _temporary.Prepared();
        File.SetUnixFileMode(_temporary.Data.Root, Private | UnixFileMode.GroupRead);

        var refusal = await Should.ThrowAsync<LauncherException>(Task.Run(_temporary.Data.Prepare, TestContext.Current.CancellationToken));

        refusal.Message.ShouldContain("mode 0740");
        refusal.Fix!.ShouldContain("chmod 700");
    }

    [Fact(Timeout = Limit)]
    public async Task Another_users_directory_is_refused()
    {
        Assert.SkipWhen(Environment.UserName == "root" && !Directory.Exists("/var/lib/postgresql"), "there is no directory of another user to try");
        var refusal = await Task.Run(DataDirectory.At(Environment.UserName == "root" ? "/var/lib/postgresql" : "/root").Refusal, TestContext.Current.CancellationToken);

        refusal.ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_in_its_place_is_refused()
    {
        await File.WriteAllTextAsync(_temporary.Data.Root, "", TestContext.Current.CancellationToken);

        Should.Throw<LauncherException>(_temporary.Data.Prepare).Message.ShouldContain("is a file");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_one_launcher_runs_on_a_data_directory()
    {
        _temporary.Prepared();
        using (var first = await Task.Run(() => InstanceLock.TryTake(_temporary.Data), TestContext.Current.CancellationToken))
        {
            first.ShouldNotBeNull();
            InstanceLock.TryTake(_temporary.Data).ShouldBeNull();
        }

        using var next = InstanceLock.TryTake(_temporary.Data);
        next.ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_recycled_process_number_is_not_taken_for_the_recorded_process()
    {
        _temporary.Prepared();
        var mine = ProcessRecord.OfThis("launcher", "http://127.0.0.1:1");
        (mine with { StartTime = mine.StartTime - 1 }).Save(_temporary.Data);

        var loaded = await Task.Run(() => ProcessRecord.Load(_temporary.Data, "launcher"), TestContext.Current.CancellationToken);

        loaded!.IsAlive.ShouldBeFalse();
        mine.IsAlive.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Half_a_record_after_a_full_disk_is_ignored()
    {
        _temporary.Prepared();
        await File.WriteAllTextAsync(Path.Combine(_temporary.Data.Run, "api.pid.json"), "{\"Name\":\"a", TestContext.Current.CancellationToken);

        ProcessRecord.LoadAll(_temporary.Data).ShouldBeEmpty();
    }

    public void Dispose() => _temporary.Dispose();
}
