using System.CommandLine;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Commands;

/// <summary>Starts the whole product and keeps it running until Ctrl-C, SIGTERM or `down`.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var port = CommonOptions.Port();
        var listen = new Option<string>("--listen") { Description = "Address of the public port.", DefaultValueFactory = _ => StackOptions.Loopback };
        var certificate = new Option<string?>("--tls-certificate") { Description = "PEM file with certificate and key; the public port then speaks HTTPS." };
        var publicUrl = new Option<string?>("--public-url") { Description = "The origin that browsers use, when it is not the one of --listen and --port." };
        var templates = new Option<string?>("--templates") { Description = "Directory of desktop templates." };
        var postgres = new Option<string?>("--postgres") { Description = "File with a PostgreSQL connection string: jobs are then shared by a cluster of workers." };
        var store = new Option<string?>("--store") { Description = "Where documents are kept: sqlite or dynamodb." };
        var endpoint = new Option<string?>("--aws-endpoint") { Description = "The AWS that desktops are built in: moto, aws, or an address." };
        var setup = new Option<bool>("--setup") { Description = "Make the first administrator in the browser, with a code that is printed." };
        var guacd = CommonOptions.Guacd();
        var command = new Command("up", "Starts CloudWorkstation on this machine.") { data, port, listen, certificate, publicUrl, templates, postgres, store, endpoint, setup, guacd };
        command.SetAction((parsed, _) => RunAsync(new StackOptions(
            CommonOptions.Directory(parsed, data),
            parsed.GetValue(port),
            parsed.GetRequiredValue(listen),
            parsed.GetValue(certificate) is { } pem ? Path.GetFullPath(pem) : null,
            parsed.GetValue(publicUrl),
            parsed.GetValue(templates) is { } directory ? Path.GetFullPath(directory) : null,
            parsed.GetValue(postgres) is { } file ? SecretFile.Read(file) : null)
        {
            Cloud = CloudOptions.From(parsed.GetValue(store), parsed.GetValue(endpoint)),
            Setup = parsed.GetValue(setup),
            Guacd = parsed.GetValue(guacd),
        }));
        return command;
    }

    private static async Task<int> RunAsync(StackOptions options)
    {
        options.Validate();
        options.Data.Prepare();
        using var stop = new StopSignal();
        using var instance = InstanceLock.TryTake(options.Data) ?? throw AlreadyRunning(options.Data);
        Installation.Claim(options.Data, options.Cloud);
        await ClearLeftoversAsync(options.Data);
        RefuseTakenPorts(options);
        options = await PrepareCloudAsync(options) with { Guacd = await Guacd.FindAsync(options.Guacd) };
        ProcessRecord.OfThis("launcher", options.Url).Save(options.Data);
        try
        {
            return await RunStackAsync(options, stop);
        }
        finally
        {
            await EndDesktopsAsync(options.Data);
            ProcessRecord.Remove(options.Data, "launcher");
            Tell("stopped");
        }
    }

    private static async Task<int> RunStackAsync(StackOptions options, StopSignal stop)
    {
        await using var stack = new RunningStack(new StackDefinition(options, Checkout.Find()), options.Data, TimeProvider.System, Tell);
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            await stack.StartAsync(stop.Token);
            Greet(options, TimeProvider.System.GetElapsedTime(begun));
            await stack.LostAsync().WaitAsync(stop.Token);
            Tell("moto has ended, and with it everything that it held in memory; stopping. Start again to begin anew.");
            return 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Tell("stopping ...");
        }

        return 0;
    }

    private static LauncherException AlreadyRunning(DataDirectory data) => ProcessRecord.Load(data, "launcher") is { IsAlive: true } running
        ? new($"CloudWorkstation is already running on {data.Root} (process {running.Process}, {running.Url}).", "Stop it with ./workstation down, or use another directory with --data DIR.")
        : new($"Another launcher is starting or stopping on {data.Root}.", "Try again in a moment.");

    /// <summary>Services that a killed launcher could not stop. Desktops stay: the store still knows them.</summary>
    private static async Task ClearLeftoversAsync(DataDirectory data)
    {
        var leftovers = new Leftovers(data, TimeProvider.System);
        var ended = await leftovers.EndAsync(leftovers.Services(), TimeSpan.FromSeconds(12));
        if (ended > 0)
            Tell($"ended {ended} process(es) that an earlier run had left behind");
        foreach (var record in ProcessRecord.LoadAll(data))
            ProcessRecord.Remove(data, record.Name);
    }

    private static async Task<StackOptions> PrepareCloudAsync(StackOptions options)
    {
        if (options.Cloud.HasPlatform)
            TerraformProviders.Prepare(options.Data);
        if (options.Cloud.StartsMoto)
            await ForgetCloudAsync(options);
        return options.Cloud.HasMachineRoom ? options with { ProxySecret = SecretFile.ReadOrMake(Path.Combine(options.Data.Run, "desktop-proxy.secret")) } : options;
    }

    private static async Task ForgetCloudAsync(StackOptions options)
    {
        if (options.Cloud.Store != CloudOptions.DynamoDb)
        {
            Tell("moto keeps everything in memory: machines of an earlier run are gone, and those of this one will be too; Repair builds a desktop anew");
            return;
        }

        var leftovers = new Leftovers(options.Data, TimeProvider.System);
        await leftovers.EndAsync(leftovers.Desktops(), TimeSpan.FromSeconds(5));
        Tell(LostCloud.Forget(options.Data)
            ? "moto keeps everything in memory: accounts and desktops of the earlier run are gone, and those of this one will be too"
            : "moto keeps everything in memory: accounts and desktops are gone when it stops");
    }

    private static void RefuseTakenPorts(StackOptions options)
    {
        var taken = options.Ports.Select(ListeningPorts.HolderOf).OfType<PortHolder>().ToList();
        if (taken.Count > 0)
            throw new LauncherException(string.Join("; ", taken) + ".", $"End it, or choose another with --port N (N to N+{options.Ports[^1] - options.Port} must be free; now {options.Port} to {options.Ports[^1]}).");
    }

    private static async Task EndDesktopsAsync(DataDirectory data)
    {
        var leftovers = new Leftovers(data, TimeProvider.System);
        await leftovers.EndAsync([.. leftovers.Services(), .. leftovers.Desktops()], TimeSpan.FromSeconds(5));
    }

    private static void Greet(StackOptions options, TimeSpan took)
    {
        Tell($"everything is ready ({took.TotalSeconds:0.0} s)");
        Console.WriteLine();
        Console.WriteLine($"  Open      {options.Url}");
        if (FirstAdmin.Load(options.Data) is { } admin)
        {
            Console.WriteLine($"  User      {admin.UserName}");
            Console.WriteLine($"  Password  {admin.Password}");
        }

        if (options.Setup && File.Exists(options.Data.SetupCode))
        {
            Console.WriteLine($"  Set up    {options.Url}/sign-in/setup");
            Console.WriteLine($"  Code      {File.ReadAllText(options.Data.SetupCode).Trim()}");
        }

        Console.WriteLine($"  Data      {options.Data.Root}");
        if (options.Guacd is not null)
            Console.WriteLine($"  guacd     {options.Guacd}");
        if (options.Cloud.Endpoint is not null)
            Console.WriteLine($"  AWS       {new AwsSettings(options).Address?.ToString() ?? "your account"}, region {AwsSettings.Region}; store {options.Cloud.Store}");
        Console.WriteLine();
        Console.WriteLine("  Press Ctrl-C to stop.");
        Console.WriteLine();
    }

    private static void Tell(string text) => Console.WriteLine($"workstation: {text}");
}
