using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Providers;
using CloudWorkstation.Manager.Audit.Export;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Api.Settings;

/// <summary>What an administrator sets at run time, section by section; the body of a change is the section itself.</summary>
public static class SettingsApi
{
    private static readonly string[] PutRefusals = ["forbidden", "settings_fixed", "stale", "malformed_if_match"];

    /// <summary>Every feature with settings adds its section here.</summary>
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/settings").WithTags("Settings").Require(Permissions.PlatformManage).Refuses("forbidden");
        settings.MapGet("", List)
            .Describe("ListSettings", "List what can be set, and how it stands").Answers<ListOf<SettingsSectionModel>>(200, "The sections.");
        settings.MapSection<ProvidersSettings>("providers", "Providers", "providers that people sign in with");
        settings.MapSection<AuditSettings>("audit", "Audit", "where the audit trail is sent to");
        settings.MapSection<DirectoriesSettings>("directories", "Directories", "LDAP directories, in the order in which they are asked");
        settings.MapSection<SignInSettings>("sign-in", "SignIn", "passwords and second factors");
        settings.MapSection<MailSettings>("mail", "Mail", "the mail server");
        settings.MapSection<NotificationsSettings>("notifications", "Notifications", "the webhooks");
        settings.MapSection<SessionPoliciesSettings>("session-policies", "SessionPolicies", "what groups may do less in their sessions");
        settings.MapSection<RegistrationSettings>("registration", "Registration", "who may register, and resetting passwords");
    }

    /// <param name="settings">The group.</param>
    /// <param name="name">The section, as it was added to the services.</param>
    /// <param name="operation">For the operation ids: <c>Get…Settings</c>, <c>Put…Settings</c>.</param>
    /// <param name="summary">What the section is about.</param>
    internal static void MapSection<T>(this IEndpointRouteBuilder settings, string name, string operation, string summary)
        where T : class, new()
    {
        settings.MapGet("/" + name, Get<T>).Describe($"Get{operation}Settings", $"Settings: {summary}", "Secrets are shown as `{\"set\": true}`.")
            .Answers<SettingsAnswer<T>>(200, "As stored now.");
        settings.MapPut("/" + name, Put<T>).Describe($"Put{operation}Settings", $"Change settings: {summary}", "The whole section. A secret is a text to set it, or `{\"set\": true}` to keep it.")
            .ReadsHeader("If-Match", "The version it must still have, in quotes; `\"0\"` for settings that nobody has set.")
            .Takes<T>().Answers<SettingsAnswer<T>>(200, "As it is now; in force within a second.").Refuses(PutRefusals);
    }

    private static async Task<IResult> List(IEnumerable<ISettingsPart> parts, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(parts.Select(p => p.StateAsync(cancellationToken)));
        return Results.Ok(new ListOf<SettingsSectionModel>([.. states.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => new SettingsSectionModel(s.Name, s.Version, s.Fixed, s.Problems))]));
    }

    private static async Task<IResult> Get<T>(ISettings<T> settings, HttpContext http, CancellationToken cancellationToken)
        where T : class, new() => Answer(await settings.ReadAsync(cancellationToken), http);

    private static async Task<IResult> Put<T>(JsonBody<T> body, Caller caller, ISettings<T> settings, HttpContext http, CancellationToken cancellationToken)
        where T : class, new() =>
        (await settings.ReplaceAsync(caller.Actor, body.Value, EntityTags.IfMatch(http.Request), cancellationToken)).Match(view => Answer(view, http));

    private static IResult Answer<T>(SettingsView<T> view, HttpContext http)
    {
        EntityTags.Set(http.Response, view.Version);
        return Results.Ok(new SettingsAnswer<T>(view.Value, view.Version, view.Fixed));
    }
}

/// <param name="Name">As in the address.</param>
/// <param name="Version">0 when nobody has set it.</param>
/// <param name="Fixed">The operator's configuration says it.</param>
/// <param name="Problems">What is wrong with it as it stands.</param>
public sealed record SettingsSectionModel(string Name, long Version, bool Fixed, IReadOnlyList<FieldError> Problems);

/// <summary>A section of the settings.</summary>
/// <param name="Value">The settings.</param>
/// <param name="Version">For If-Match; 0 when nobody has set it.</param>
/// <param name="Fixed">The operator's configuration says it, so it cannot be changed here.</param>
public sealed record SettingsAnswer<T>(T Value, long Version, bool Fixed);
