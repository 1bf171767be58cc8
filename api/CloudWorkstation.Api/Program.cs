using CloudWorkstation.Api;
using CloudWorkstation.Api.Configuration;
using CloudWorkstation.Api.Recordings;
using CloudWorkstation.Manager;

if (await ConfigurationTool.RunAsync(args) is { } exitCode)
{
    return exitCode;
}

if (await RecordingsTool.RunAsync(args) is { } answered)
{
    return answered;
}

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddEnvironmentVariables("CWS_");
builder.Logging.AddApiLogging(builder.Environment);
builder.Services.AddManager(builder.Configuration);
builder.Services.AddApi(builder.Configuration);

var app = builder.Build();
app.UseApi();
app.MapApi();
await app.RunAsync();
return 0;
