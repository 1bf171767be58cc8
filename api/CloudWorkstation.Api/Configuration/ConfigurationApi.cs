using System.Text;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Configuration;

namespace CloudWorkstation.Api.Configuration;

/// <summary>The whole configuration as one file, for automation.</summary>
public static class ConfigurationApi
{
    private const string Yaml = "application/yaml";
    private static readonly string[] Taken = [Yaml, "application/x-yaml", "text/yaml", "application/json"];

    public static void MapConfiguration(this IEndpointRouteBuilder routes)
    {
        var configuration = routes.MapGroup("/configuration").WithTags("Configuration").Require(Permissions.PlatformManage).Refuses("forbidden");
        configuration.MapGet("", Export)
            .Describe("GetConfiguration", "Export the configuration", "Accounts, access rules and settings as one file. Secrets show as `{set: true}`.")
            .AnswersText(Yaml, "The file.");
        configuration.MapPut("", Import)
            .Describe("PutConfiguration", "Import a configuration", "YAML or JSON, see docs/configuration.md. Everything is checked before anything is changed; a repetition changes nothing. Each kind needs its own permission.")
            .Reads<bool>("dryRun", "`true` only tells what would change.").Reads<bool>("prune", "`true` removes what the kinds of the file do not name.")
            .TakesText(Yaml).Answers<ConfigurationResult>(200, "What changes, or would.").Refuses("stale", "busy", "last_admin", "settings_fixed");
    }

    private static async Task<IResult> Export(Caller caller, IConfigurationFiles files, CancellationToken cancellationToken) =>
        (await files.ExportAsync(caller.Actor, cancellationToken)).Match(text => Results.Text(text, Yaml, Encoding.UTF8));

    private static async Task<IResult> Import(Caller caller, IConfigurationFiles files, HttpContext http, CancellationToken cancellationToken)
    {
        var options = new ImportOptions(Flag(http, "dryRun"), Flag(http, "prune"));
        var text = await TextBody.ReadAsync(http, Taken, cancellationToken);
        return (await files.ImportAsync(caller.Actor, text, new SecretsSent(), options, cancellationToken)).Match(result => Results.Ok(result));
    }

    private static bool Flag(HttpContext http, string name) => Query.Text(http.Request.Query, name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Query.Invalid(name, $"'{name}' must be true or false."),
    };
}
