using System.Diagnostics;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Worker.Tests.Parts;

/// <summary>Apis that run no jobs and workers that run nothing else, on one data directory and one PostgreSQL server.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string WorkerProject = "manager/CloudWorkstation.Worker";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-cluster-");
    private PostgresServer? _postgres;
    private IReadOnlyDictionary<string, string>? _settings;
    private IReadOnlyDictionary<string, string> _workerSettings = new Dictionary<string, string>();
    private bool _machines;

    private Cluster()
    {
        File.SetUnixFileMode(_directory.FullName, Reachable);
        Data = DataDirectory.At(Path.Combine(_directory.FullName, "data"));
    }

    public DataDirectory Data { get; }

    public List<ServiceProcess> Apis { get; } = [];

    public List<ServiceProcess> Workers { get; } = [];

    /// <summary>All processes at once on an empty directory, as an orchestrator would; then waits until each is ready.</summary>
    /// <param name="apis">How many.</param>
    /// <param name="workers">How many.</param>
    /// <param name="settings">For all of them.</param>
    /// <param name="workerSettings">For the workers besides.</param>
    /// <param name="machines">Every process has a data directory of its own, as on machines of their own.</param>
    public static async Task<Cluster> StartAsync(
        int apis = 1, int workers = 2, IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? workerSettings = null, bool machines = false)
    {
        var cluster = new Cluster { _settings = settings, _workerSettings = workerSettings ?? new Dictionary<string, string>(), _machines = machines };
        try
        {
            cluster._postgres = await PostgresServer.StartAsync(Path.Combine(cluster._directory.FullName, "postgres"));
            var port = FreePorts.InARow(5);
            for (var i = 0; i < apis + workers; i++)
                (i < apis ? cluster.Apis : cluster.Workers).Add(cluster.Start(i < apis ? "api/CloudWorkstation.Api" : WorkerProject, port + i));
            await Task.WhenAll(cluster.Apis.Concat(cluster.Workers).Select(service => service.UntilReadyAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task<Person> AdminAsync()
    {
        var admin = FirstAdmin.Load(Data).ShouldNotBeNull();
        return await Person.SignInAsync(Apis[0].Url, admin.UserName, admin.Password);
    }

    /// <summary>kill -9, and another worker in its place, as an orchestrator would; does not wait until that one is ready.</summary>
    public async Task RestartAsync(ServiceProcess worker)
    {
        await worker.KillAsync();
        Workers[Workers.IndexOf(worker)] = Start(WorkerProject, new Uri(worker.Url).Port);
        await worker.DisposeAsync();
    }

    /// <summary>The worker that has started this process, itself or through others.</summary>
    public ServiceProcess WorkerAbove(int process)
    {
        for (int? above = process; above is > 1; above = ProcessTable.Parent(above.Value))
        {
            if (Workers.Find(worker => worker.Id == above) is { } found)
                return found;
        }

        throw new InvalidOperationException($"No worker is above process {process}.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Workers.Concat(Apis))
            await service.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        var leftovers = new Leftovers(Data, TimeProvider.System);
        await leftovers.EndAsync(leftovers.Desktops(), TimeSpan.Zero);
        // Terraform of a killed worker runs on for a moment; like PostgreSQL's processes it works in here.
        await Eventually.HoldsAsync(KilledAllInside, "nothing works in the cluster's directory any more");
        _directory.Delete(recursive: true);
    }

    private ServiceProcess Start(string project, int port)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CWS_DATA"] = _machines ? Path.Combine(_directory.FullName, $"machine-{port}") : Data.Root,
            ["CWS_TEMPLATES"] = Checkout.Find().Templates,
            ["CWS_JOBS__HOST"] = "false",
            ["CWS_JOBS__POSTGRES"] = _postgres!.ConnectionString,
            ["CWS_RATE__SIGNINPERADDRESS"] = "6000",
        };
        // Desktops over SSH (ScreenedTemplate) are given only where there is a guacd. Without one of their own, workers look at screens directly.
        if (project != WorkerProject)
            environment["CWS_GUACD"] = "127.0.0.1:4822";
        foreach (var (name, value) in (_settings ?? new Dictionary<string, string>()).Concat(project == WorkerProject ? _workerSettings : new Dictionary<string, string>()))
            environment[name] = value;
        return new ServiceProcess(project, port, environment);
    }

    private bool KilledAllInside()
    {
        var inside = ProcessTable.All().Where(WorksInside).ToList();
        foreach (var process in inside)
        {
            try
            {
                Process.GetProcessById(process).Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }

        return inside.Count == 0;
    }

    private bool WorksInside(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName.StartsWith(_directory.FullName + "/", StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
