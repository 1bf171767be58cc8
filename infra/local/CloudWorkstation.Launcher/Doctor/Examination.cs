using System.Runtime.CompilerServices;
using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>All checks, in the order in which a person would put things right.</summary>
public static class Examination
{
    public static async IAsyncEnumerable<Finding> RunAsync(DataDirectory data, int port, string? guacd, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var tool in ToolCheck.All)
            yield return await tool.RunAsync(cancellationToken);
        yield return await SandboxCheck.RunAsync(cancellationToken);
        yield return await MotoCheck.RunAsync(cancellationToken);
        yield return await GuacdCheck.RunAsync(guacd ?? Environment.GetEnvironmentVariable("CWS_GUACD"), cancellationToken);
        foreach (var finding in AwsCheck.Run(data))
            yield return finding;
        foreach (var finding in BuildCheck.Run())
            yield return finding;
        if (await RecordingsCheck.RunAsync(StackCheck.Options(data, port), cancellationToken) is { } recordings)
            yield return recordings;
        foreach (var finding in DataCheck.Run(data))
            yield return finding;
        await foreach (var finding in StackCheck.RunAsync(data, port, cancellationToken))
            yield return finding;
    }
}
