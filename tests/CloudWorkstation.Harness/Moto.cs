using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Harness;

/// <summary>
/// The AWS of the tests: a moto of their own on a free loopback port, gone with the process that started it. Start one per test assembly
/// and give each test a region or a name of its own: a moto takes some 280 MB and seconds to start.
/// </summary>
public sealed class MotoServer : IAsyncDisposable
{
    private const int StartAttempts = 5;
    private const int LinesKept = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    private MotoServer(int port)
    {
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        process = Process.Start(StartInfo(port)) ?? throw new InvalidOperationException("python3 could not be started.");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Endpoint { get; }

    /// <value>What a process needs to find it and be content with it: endpoint, region and keys that mean nothing.</value>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ENDPOINT_URL"] = Endpoint.AbsoluteUri.TrimEnd('/'),
        ["AWS_REGION"] = "eu-central-1",
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public static async Task<MotoServer> StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new MotoServer(FreePort());
            try
            {
                await server.WaitUntilItAnswersAsync(cancellationToken);
                return server;
            }
            catch (Exception e)
            {
                await server.DisposeAsync();
                var portWasTaken = server.output.Any(line => line.Contains("in use", StringComparison.OrdinalIgnoreCase));
                if (e is not InvalidOperationException || !portWasTaken || attempt == StartAttempts)
                    throw;
            }
        }
    }

    /// <summary>Forgets everything in every region.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Endpoint };
        using var answer = await client.PostAsync(new Uri("/moto-api/reset", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(int port)
    {
        var start = new ProcessStartInfo("python3")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var script = new StreamReader(typeof(MotoServer).Assembly.GetManifestResourceStream("moto-server.py")!);
        foreach (var argument in (string[])["-c", script.ReadToEnd(), "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        start.Environment["CWS_MOTO_STDIN"] = "watch";
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Endpoint, Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (!await AnswersAsync(client, cancellationToken))
        {
            if (process.HasExited)
            {
                // A second wait also waits for the rest of the output.
                await process.WaitForExitAsync(cancellationToken);
                throw new InvalidOperationException(
                    $"moto ended with {process.ExitCode}. Is it installed (pip install 'moto[server]')? It said:\n{string.Join('\n', output)}");
            }

            if (watch.Elapsed > StartLimit)
                throw new TimeoutException($"moto did not answer within {StartLimit.TotalSeconds:0} s. It said:\n{string.Join('\n', output)}");
            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/moto-api/data.json", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        output.Enqueue(line.Data);
        while (output.Count > LinesKept)
            output.TryDequeue(out _);
    }
}
