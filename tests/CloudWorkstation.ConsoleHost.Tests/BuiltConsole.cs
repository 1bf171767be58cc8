using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;

namespace CloudWorkstation.ConsoleHost.Tests;

/// <summary>The real host over a small console in a temporary directory.</summary>
public sealed class BuiltConsole : IAsyncDisposable
{
    public const string Script = "console.log('a script that is long enough to be worth compressing, and repeats itself, and repeats itself');";
    public const string ScriptPath = "/assets/index-AbCd1234.js";

    private readonly WebApplicationFactory<Program> factory;

    private BuiltConsole(string root)
    {
        Root = root;
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseSetting("CONSOLE:ROOT", root)
            .UseSetting("PUBLICURL", "http://127.0.0.1:8080"));
        Browser = factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
    }

    public string Root { get; }

    public HttpClient Browser { get; }

    public static BuiltConsole Create()
    {
        var console = NotBuilt();
        console.Build();
        return console;
    }

    public static BuiltConsole NotBuilt() => new(Directory.CreateTempSubdirectory("cws-console-").FullName);

    public void Build(string index = "<h1>console</h1>")
    {
        Write(ScriptPath, Script);
        Write(ScriptPath + ".br", Brotli(Script));
        Write(ScriptPath + ".gz", Gzip(Script));
        Write("/assets/theme.js", "theme();");
        Write("/favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Write("/.vite/manifest.json", "{}");
        Write("/desktop.html", "<h1>desktop</h1>");
        Write("/index.html", index);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? encoding = null, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.Add("Accept", accept);
        if (encoding is not null) request.Headers.Add("Accept-Encoding", encoding);
        if (ifNoneMatch is not null) request.Headers.Add("If-None-Match", ifNoneMatch);
        return Browser.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>As a browser opens an address.</summary>
    public Task<HttpResponseMessage> NavigateAsync(string path) => GetAsync(path, "text/html,application/xhtml+xml,*/*;q=0.8");

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await factory.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    private void Write(string path, byte[] content)
    {
        var file = new FileInfo(Path.Combine(Root, path.TrimStart('/')));
        file.Directory!.Create();
        File.WriteAllBytes(file.FullName, content);
    }

    private static byte[] Brotli(string text) => Compressed(text, stream => new BrotliStream(stream, CompressionLevel.Optimal, leaveOpen: true));

    private static byte[] Gzip(string text) => Compressed(text, stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true));

    private static byte[] Compressed(string text, Func<Stream, Stream> compressor)
    {
        using var target = new MemoryStream();
        using (var stream = compressor(target)) stream.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }
}
