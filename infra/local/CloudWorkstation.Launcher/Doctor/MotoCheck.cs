namespace CloudWorkstation.Launcher.Doctor;

/// <summary>The AWS of development and of the tests; nobody else needs it.</summary>
internal static class MotoCheck
{
    private static readonly Version Oldest = new(5, 2, 1);

    public static async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        const string fix = "./workstation up --aws-endpoint moto and ./workstation test install it, or: pip install 'moto[server]'";
        return await Probe.RunAsync("python3", "-c \"import moto, moto.server; print(moto.__version__)\"", cancellationToken) switch
        {
            null => new Finding("moto", Verdict.Warn, "python3 is not installed; AWS cannot be tried out without an account", fix),
            { ExitCode: not 0 } => new Finding("moto", Verdict.Warn, "moto is not installed; AWS cannot be tried out without an account", fix),
            var answer when Version.TryParse(answer.Output.Trim(), out var version) && version < Oldest =>
                new Finding("moto", Verdict.Fail, $"moto {version} is older than {Oldest}: it breaks Terraform's locks in S3", fix),
            var answer => new Finding("moto", Verdict.Ok, $"moto {answer.Output.Trim()}"),
        };
    }
}
