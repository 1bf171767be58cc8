using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Harness;

/// <summary>
/// A real OpenID provider (<c>tests/OidcProvider</c>) on a port of its own, until it is disposed; it also ends when this process does, because it lives
/// by its input.
/// </summary>
public sealed class OidcServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process process;

    private OidcServer(Process process, Uri issuer) => (this.process, Issuer) = (process, issuer);

    public Uri Issuer { get; }

    /// <value>As the provider writes it.</value>
    public string IssuerText => Issuer.GetLeftPart(UriPartial.Authority);

    /// <param name="wanted">As <c>configuration.mjs</c> there describes it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<OidcServer> StartAsync(JsonObject wanted, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(Checkout.Find().Root, "tests", "OidcProvider");
        await InstallAsync(directory, cancellationToken);
        var started = Start("node", "server.mjs", directory);
        await started.StandardInput.WriteLineAsync(wanted.ToJsonString().AsMemory(), cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var ready = await started.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException("The OpenID provider did not start: its error output says why.");
        return new OidcServer(started, new Uri(JsonDocument.Parse(ready).RootElement.GetProperty("issuer").GetString()!));
    }

    /// <summary>New keys in place of the old ones.</summary>
    public async Task RotateKeysAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        (await client.PostAsync(new Uri(Issuer, "/test/rotate"), null, cancellationToken)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>The build of a whole test run has done it; a single test project started by hand has not. Several may start at once.</summary>
    private static async Task InstallAsync(string directory, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(directory, "node_modules", "oidc-provider", "package.json")))
        {
            return;
        }

        await using var turn = await TakeTurnAsync(Path.Combine(directory, "node_modules.lock"), cancellationToken);
        if (!File.Exists(Path.Combine(directory, "node_modules", "oidc-provider", "package.json")))
        {
            using var install = Start("npm", "ci --no-audit --no-fund --loglevel=error", directory);
            await install.WaitForExitAsync(cancellationToken);
        }
    }

    private static async Task<FileStream> TakeTurnAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    private static Process Start(string program, string arguments, string directory)
    {
        var started = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        started.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        started.BeginErrorReadLine();
        return started;
    }
}
