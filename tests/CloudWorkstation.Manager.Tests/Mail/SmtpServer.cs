using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Mail;

/// <summary>Debian's aiosmtpd as a process of its own on a free port, with a certificate that the test makes.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentQueue<JsonNode> mails = new();
    private readonly TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    /// <param name="mode"><c>starttls</c>, <c>tls</c> or <c>plain</c>.</param>
    /// <param name="auth">Whether it wants user and password.</param>
    /// <param name="name">Whom its certificate is for.</param>
    /// <param name="validFor">Days; negative for one that has expired.</param>
    /// <param name="without">Ways to sign in that it does not offer.</param>
    public SmtpServer(string mode = "starttls", bool auth = false, string name = "localhost", int validFor = 30, params string[] without)
    {
        (Certificate, var key) = NewCertificate(name, validFor);
        File.WriteAllText(directory.File("certificate.pem"), Certificate);
        File.WriteAllText(directory.File("key.pem"), key);
        var options = JsonSerializer.Serialize(new { mode, auth, without, certificate = directory.File("certificate.pem"), key = directory.File("key.pem") });
        process = new Process
        {
            StartInfo = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Mail", "smtp_server.py"), options])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Certificate { get; }

    public ConcurrentQueue<string> Errors { get; } = new();

    public IReadOnlyList<JsonNode> Mails => [.. mails];

    public async Task<MailSettings> SettingsAsync(bool password = false) => new()
    {
        Host = "localhost",
        Port = await port.Task.WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken),
        From = "desktops@example.org",
        CertificateAuthority = Certificate,
        User = password ? "desktops" : null,
        Password = password ? Secret.Of("s3cret of the relay") : null,
    };

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        directory.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            port.TrySetException(new InvalidOperationException("The mail server ended: " + string.Join('\n', Errors)));
        }
        else if (int.TryParse(line, out var number))
        {
            port.TrySetResult(number);
        }
        else
        {
            mails.Enqueue(JsonNode.Parse(line)!);
        }
    }

    private static (string Certificate, string Key) NewCertificate(string name, int validFor)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-60), now.AddDays(validFor));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
