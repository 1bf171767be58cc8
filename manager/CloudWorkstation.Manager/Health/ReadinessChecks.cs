using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Health;

/// <summary>Why the product cannot do its work now.</summary>
/// <param name="Code">Stable snake_case name.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What an administrator does about it.</param>
public sealed record HealthProblem(string Code, string Message, string Fix);

/// <summary>Asks one part a question whose answer is known, rather than trusting a flag.</summary>
public interface IReadinessCheck
{
    /// <value>One word.</value>
    string Name { get; }

    /// <summary>Null when the part works.</summary>
    ValueTask<HealthProblem?> CheckAsync(CancellationToken cancellationToken);
}

public static class ReadinessServices
{
    public static IServiceCollection AddReadiness(this IServiceCollection services) => services
        .AddSingleton<IReadinessCheck, StoreCheck>()
        .AddSingleton<IReadinessCheck, KeysCheck>()
        .AddSingleton<IReadinessCheck, TemplatesCheck>()
        .AddSingleton<IReadinessCheck, TerraformCheck>();
}

/// <summary>Asks the store for a document that cannot exist.</summary>
internal sealed class StoreCheck(IDocumentStore store) : IReadinessCheck
{
    private static readonly DocumentKey Nobody = new("accounts", "health-nobody");

    public string Name => "store";

    public async ValueTask<HealthProblem?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (store is IStoreProbe probe)
            {
                await probe.ProbeAsync(Nobody, cancellationToken);
            }

            return await store.GetAsync(Nobody, cancellationToken) is null
                ? null
                : new HealthProblem("store_wrong_answer", "The store found a document that does not exist.", "Restore the data directory from a backup.");
        }
        catch (StoreUnavailableException e)
        {
            return new HealthProblem(e.Code, e.Problem, e.Fix);
        }
    }
}

/// <summary>Tokens can be signed and checked.</summary>
internal sealed class KeysCheck(IKeyRing keys) : IReadinessCheck
{
    public string Name => "keys";

    public ValueTask<HealthProblem?> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        keys.Find(keys.Current.Kid) is not null && keys.Published.Any(k => k.State == "current")
            ? null
            : new HealthProblem("keys_missing", "There is no current signing key.", "Check that the directory `keys` in the data directory is readable for this process."));
}

/// <summary>There is something to make desktops from.</summary>
internal sealed class TemplatesCheck(ITemplateCatalogue catalogue) : IReadinessCheck
{
    public string Name => "templates";

    public ValueTask<HealthProblem?> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        catalogue.Entries.Any(e => e.Template is not null)
            ? null
            : new HealthProblem("templates_none", "No template is on offer.", "Set CWS_TEMPLATES to a directory with templates, or correct the broken ones (Templates page)."));
}

/// <summary>The Terraform binary is there.</summary>
internal sealed class TerraformCheck(IConfiguration configuration) : IReadinessCheck
{
    public string Name => "terraform";

    public ValueTask<HealthProblem?> CheckAsync(CancellationToken cancellationToken)
    {
        var binary = configuration["Terraform:Binary"] is { Length: > 0 } set ? set : "terraform";
        return ValueTask.FromResult(Exists(binary)
            ? null
            : new HealthProblem("terraform_missing", $"'{binary}' was not found.", "Install Terraform or OpenTofu, or set CWS_TERRAFORM__BINARY to it."));
    }

    private static bool Exists(string binary) => binary.Contains('/', StringComparison.Ordinal)
        ? File.Exists(binary)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(d => File.Exists(Path.Combine(d, binary)));
}
