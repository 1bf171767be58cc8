using CloudWorkstation.Manager.Recordings;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Recordings;

/// <summary>
/// <c>recordings check</c>: whether this installation could record a session, asked with the settings and the credentials that the api has: by <c>./workstation doctor</c>,
/// or in the api's image. Writes a sentence, and on the next line what to do.
/// </summary>
internal static class RecordingsTool
{
    public static async Task<int?> RunAsync(string[] args)
    {
        if (args is not ["recordings", "check"])
        {
            return null;
        }

        var (good, text) = await CheckAsync(new ConfigurationBuilder().AddEnvironmentVariables("CWS_").Build(), CancellationToken.None);
        await Console.Out.WriteLineAsync(text);
        return good ? 0 : 1;
    }

    public static async Task<(bool Good, string Text)> CheckAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            var (where, place) = RecordingServices.Place(configuration);
            return await place.CheckAsync(cancellationToken) is { } fault ? (false, $"{fault.Detail}\n{fault.Fix}") : (true, $"recordings can be kept in {where}, played and deleted");
        }
        catch (OptionsValidationException e)
        {
            return (false, $"{string.Join("; ", e.Failures)}.\nCorrect it; docs/settings.md explains each.");
        }
    }
}
