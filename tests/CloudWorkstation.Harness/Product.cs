using System.Globalization;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Harness;

/// <summary>The whole product, started through its launcher on free ports in a data directory of its own.</summary>
public sealed class Product : IAsyncDisposable
{
    // Everybody signs in from one address here, and faster than people do.
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal) { ["CWS_RATE__SIGNINPERADDRESS"] = "6000", ["CWS_RATE__SIGNINPERACCOUNT"] = "6000", ["CWS_RATE__OPERATIONSPERACCOUNT"] = "100000" };

    private readonly DirectoryInfo _above;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string> _environment;
    private readonly bool _ownsDirectory;
    private Launch? _launch;

    private Product(string? data, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        _arguments = arguments;
        _ownsDirectory = data is null;
        _above = data is null ? Directory.CreateTempSubdirectory("cws-e2e-") : new DirectoryInfo(data);
        Data = DataDirectory.At(data ?? Path.Combine(_above.FullName, "data"));
        _environment = new Dictionary<string, string>(Settings.Concat(environment ?? new Dictionary<string, string>()), StringComparer.Ordinal);
        Port = FreePorts.InARow(Ports);
    }

    /// <value>The public one, those of the services, moto's and the machine room's.</value>
    public const int Ports = 7;

    public DataDirectory Data { get; }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public Launch Launch => _launch ?? throw new InvalidOperationException("The product is not running.");

    public string[] UpArguments => ["up", "--data", Data.Root, "--port", Port.ToString(CultureInfo.InvariantCulture), .. _arguments];

    /// <value>The same tests, with DynamoDB for the store, when CWS_TEST_STORE says so.</value>
    private static string[] OfThisRun => Environment.GetEnvironmentVariable("CWS_TEST_STORE") is { Length: > 0 } store ? ["--store", store] : [];

    public static async Task<Product> StartAsync(IReadOnlyDictionary<string, string>? environment = null, string? data = null, string[]? arguments = null)
    {
        var product = new Product(data, environment, arguments ?? OfThisRun);
        try
        {
            await product.UpAsync();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    public async Task UpAsync()
    {
        _launch = new Launch(UpArguments, _environment);
        await _launch.UntilReadyAsync();
    }

    /// <summary><c>./workstation down</c>, as from another terminal.</summary>
    public async Task<string> DownAsync()
    {
        await using var down = new Launch(["down", "--data", Data.Root]);
        (await down.EndAsync()).ShouldBe(0, down.Output);
        if (_launch is { } running)
            await running.EndAsync();
        return down.Output;
    }

    /// <summary>Process of a service, as the launcher noted it.</summary>
    public int ProcessOf(string service) => (ProcessRecord.Load(Data, service) ?? throw new InvalidOperationException($"{service} is not running.")).Process;

    /// <summary>SIGSTOP: the service does nothing more until it is killed, and what it has started goes on.</summary>
    public async Task HoldStillAsync(string service)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-STOP", ProcessOf(service).ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    public async Task KillAndAwaitReturnAsync(string service)
    {
        var before = ProcessOf(service);
        System.Diagnostics.Process.GetProcessById(before).Kill();
        await Eventually.HoldsAsync(() => ProcessRecord.Load(Data, service) is { IsAlive: true } now && now.Process != before, $"{service} is started again");
    }

    public IReadOnlyList<ProcessRecord> ProcessesLeft()
    {
        var leftovers = new Leftovers(Data, TimeProvider.System);
        return [.. leftovers.Services(), .. leftovers.Desktops()];
    }

    public async Task<Person> AdminAsync()
    {
        var admin = FirstAdmin.Load(Data).ShouldNotBeNull();
        return await Person.SignInAsync(Url, admin.UserName, admin.Password);
    }

    /// <summary>A new employee, signed in with a password of their own.</summary>
    public async Task<Person> EmployeeAsync(string userName)
    {
        using var admin = await AdminAsync();
        var created = await admin.PostAsync("/api/v1/accounts", new { userName, displayName = userName, email = $"{userName}@example.com", roles = (string[])["user"] });
        created.Status.ShouldBe(201, created.ToString());
        var generated = created.Body["generatedPassword"]!.GetValue<string>();
        const string own = "a-password-of-my-own-7";
        using (var first = await Person.SignInAsync(Url, userName, generated))
            (await first.PostAsync("/api/v1/me/password", new { currentPassword = generated, newPassword = own })).Status.ShouldBe(204);
        return await Person.SignInAsync(Url, userName, own);
    }

    public async ValueTask DisposeAsync()
    {
        if (_launch is not null)
        {
            await using var down = new Launch(["down", "--data", Data.Root]);
            await down.EndAsync();
            await _launch.DisposeAsync();
        }

        if (Environment.GetEnvironmentVariable("CWS_KEEP_LOGS") is { Length: > 0 } keep)
            CopyLogs(keep);
        if (_ownsDirectory)
            _above.Delete(recursive: true);
    }

    private void CopyLogs(string to)
    {
        var directory = Directory.CreateDirectory(Path.Combine(to, _above.Name));
        foreach (var log in Directory.EnumerateFiles(Data.Logs))
            File.Copy(log, Path.Combine(directory.FullName, Path.GetFileName(log)), overwrite: true);
    }
}
