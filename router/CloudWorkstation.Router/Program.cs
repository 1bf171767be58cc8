using CloudWorkstation.Router;
using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Health;

var pages = Path.Combine(AppContext.BaseDirectory, "haproxy", "errors");
if (args is ["prepare"])
{
    Preparation.Run(RouterDirectory.From(new ConfigurationBuilder().AddEnvironmentVariables("CWS_").Build()), pages);
    return 0;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Configuration.AddEnvironmentVariables("CWS_");
builder.WebHost.UseUrls(builder.Configuration["ASPNETCORE_URLS"] ?? builder.Configuration["URLS"] ?? "http://127.0.0.1:8084");
builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
var directory = RouterDirectory.From(builder.Configuration);
Preparation.Run(directory, pages);
builder.Services.AddRouterAgent(directory, FeedOptions.From(builder.Configuration));

var app = builder.Build();
app.MapHealth();
await app.RunAsync();
return 0;
