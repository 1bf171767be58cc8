using CloudWorkstation.DesktopProxy;
using Microsoft.Extensions.Configuration;

// Continue on the thread that saw the socket become ready: a round trip costs a fifth of the processor time. The runtime reads this
// when the first socket is used and has no other switch for it.
const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(Inline, Environment.GetEnvironmentVariable(Inline) ?? "1");

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("CWS_");
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(8));
if (!builder.Environment.IsDevelopment())
{
    builder.Logging.AddJsonConsole();
}

builder.Services.AddDesktopProxy(ProxySettings.Read(builder.Configuration));
await builder.Build().RunAsync();
