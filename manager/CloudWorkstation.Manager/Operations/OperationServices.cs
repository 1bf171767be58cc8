using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Operations;

/// <summary>What an operation's id looks like, to refuse rubbish before it reaches the store.</summary>
internal static class OperationIds
{
    public static bool IsOne(string? text) => text is { Length: SortableIds.Length } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}

public static class OperationServices
{
    /// <summary>Operations: what people may do with them, and the runner that executes them.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton(OperationDocuments.OperationDefinition)
        .AddSingleton(OperationDocuments.LogDefinition)
        .AddSingleton<OperationDocuments>()
        .AddSingleton<OperationStarter>()
        .AddSingleton<RunningOperations>()
        .AddSingleton<WorkerIdentity>()
        .AddSingleton<AttemptServices>()
        .AddSingleton<AttemptClaims>()
        .AddSingleton<AttemptFinisher>()
        .AddSingleton<DesktopTerraform>()
        .AddSingleton<PlacedApply>()
        .AddSingleton<OperationRunner>()
        .AddSingleton<IOperationService, OperationService>();
}
