using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Stack;
using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Benchmarks.List;

/// <summary>The api without a router in front, so that its own answers are what is timed.</summary>
internal sealed class ApiAlone : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-bench-");
    private readonly ServiceDefinition _service;
    private readonly DataDirectory _data;
    private readonly IReadOnlyDictionary<string, string> _more;
    private Process? _process;

    /// <param name="environment">Settings besides its own.</param>
    public ApiAlone(IReadOnlyDictionary<string, string>? environment = null)
    {
        _more = environment ?? new Dictionary<string, string>();
        _data = DataDirectory.At(Path.Combine(_directory.FullName, "data"));
        _data.Prepare();
        _service = new StackDefinition(new StackOptions(_data, FreePorts.InARow(5), StackOptions.Loopback, null, null, null, null), Checkout.Find()).Api;
    }

    public string Database => Path.Combine(_data.Root, "cloudworkstation.db");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_service.File, _service.Arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in _service.Environment)
            start.Environment[name] = value;
        start.Environment["CWS_RATE__PERSESSION"] = 1_000_000.ToString(CultureInfo.InvariantCulture);
        start.Environment["CWS_RATE__PERACCOUNT"] = 1_000_000.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in _more)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        using var probe = new ReadyProbe();
        while (!await probe.AnswersAsync(_service.Ready, cancellationToken))
            await Task.Delay(100, cancellationToken);
    }

    public async Task<HttpClient> SignInAsync(CancellationToken cancellationToken)
    {
        var admin = FirstAdmin.Load(_data) ?? throw new InvalidOperationException("There is no first admin.");
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_service.Ready.GetLeftPart(UriPartial.Authority)) };
        using var answer = await http.PostAsJsonAsync("/auth/token", new { userName = admin.UserName, password = admin.Password }, cancellationToken);
        var token = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken))!["accessToken"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public async Task StopAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Delete(recursive: true);
    }
}
