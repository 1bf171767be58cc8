using CloudWorkstation.Router;

if (args is ["prepare"])
{
    var settings = new ConfigurationBuilder().AddEnvironmentVariables("CWS_").Build();
    Preparation.Run(RouterDirectory.From(settings), Path.Combine(AppContext.BaseDirectory, "haproxy", "errors"));
    return 0;
}

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddEnvironmentVariables("CWS_");
var app = builder.Build();
app.MapGet("/health/live", () => "ok");
await app.RunAsync();
return 0;
