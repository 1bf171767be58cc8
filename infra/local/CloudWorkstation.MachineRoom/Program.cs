using CloudWorkstation.Launcher.Supervision;
using CloudWorkstation.MachineRoom;
using CloudWorkstation.MachineRoom.Cloud;
using CloudWorkstation.MachineRoom.Machines;
using CloudWorkstation.MachineRoom.Platform;
using CloudWorkstation.MachineRoom.Proxies;

var builder = WebApplication.CreateBuilder(args);
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services
    .AddSingleton(RoomSettings.From(builder.Configuration))
    .AddSingleton(TimeProvider.System)
    .AddSingleton(new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) })
    .AddSingleton<Aws>().AddSingleton<Ec2>().AddSingleton<Services>().AddSingleton<Ecs>()
    .AddSingleton<DevelopmentPlatform>().AddSingleton<PlatformReady>()
    .AddSingleton<ChildStarter>().AddSingleton<MachineKeeper>().AddSingleton<ProxyKeeper>()
    .AddHostedService<Room>();

var app = builder.Build();
app.MapGet("/health/live", () => "ok");
app.MapGet("/health/ready", (PlatformReady ready) => ready.Facts is null ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Text("ok"));
app.MapGet("/machines", (MachineKeeper machines, ProxyKeeper proxies) => new { machines = machines.Running, proxies = proxies.Running });
await app.RunAsync();
