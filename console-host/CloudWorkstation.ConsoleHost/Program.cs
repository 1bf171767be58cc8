using CloudWorkstation.ConsoleHost.Health;
using CloudWorkstation.ConsoleHost.Pages;
using CloudWorkstation.ConsoleHost.Security;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Configuration.AddEnvironmentVariables("CWS_");
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 0;
});
if (builder.Configuration["URLS"] is null) builder.WebHost.UseUrls("http://127.0.0.1:8082");
if (!builder.Environment.IsDevelopment()) builder.Logging.ClearProviders().AddJsonConsole();
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
builder.Services.AddConsolePages(builder.Configuration);

var app = builder.Build();
app.UseSecurityHeaders(app.Configuration["PUBLICURL"]);
app.MapHealth();
app.MapConsolePages();
await app.RunAsync();

namespace CloudWorkstation.ConsoleHost
{
    /// <summary>Lets the tests start the host.</summary>
    public partial class Program;
}
