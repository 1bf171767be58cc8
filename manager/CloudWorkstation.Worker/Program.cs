using CloudWorkstation.Manager;
using CloudWorkstation.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddEnvironmentVariables("CWS_");

// A worker that does not host jobs would do nothing at all.
builder.Configuration.AddInMemoryCollection([new("Jobs:Host", "true")]);
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(9));
builder.Services.AddManagerWorker(builder.Configuration);

var app = builder.Build();
app.MapHealth();
await app.RunAsync();
