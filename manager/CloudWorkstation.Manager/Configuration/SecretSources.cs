namespace CloudWorkstation.Manager.Configuration;

/// <summary>Where the secrets of a configuration come from. They never stand in the file itself.</summary>
public interface ISecretSources
{
    /// <summary>The text, or a sentence about why there is none.</summary>
    /// <param name="how"><c>fromFile</c>, <c>fromEnv</c> or <c>value</c>.</param>
    /// <param name="argument">Path, name of the variable, or the text.</param>
    (string? Text, string? Refusal) Find(string how, string argument);

    /// <value>There is no installation to keep a secret of: something stands for it.</value>
    bool AssumesKept => false;
}

/// <summary>Files and variables of this machine; for what the operator starts the product with.</summary>
/// <param name="directory">Relative paths begin here: where the configuration file is.</param>
public sealed class SecretsOfThisMachine(string directory) : ISecretSources
{
    private const int MaximumLength = 64 * 1024;

    /// <value>For a look at the file alone.</value>
    public bool AssumesKept { get; init; }

    public (string? Text, string? Refusal) Find(string how, string argument) => how switch
    {
        "fromEnv" => Environment.GetEnvironmentVariable(argument) is { Length: > 0 } value ? (value, null) : (null, $"The environment variable {argument} is not set."),
        "fromFile" => Read(Path.Combine(directory, argument)),
        _ => (null, "A secret does not belong into the file. Write {fromFile: PATH} or {fromEnv: NAME}."),
    };

    private static (string? Text, string? Refusal) Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > MaximumLength)
            {
                return (null, !file.Exists ? $"There is no file {path}." : $"{path} has {file.Length} bytes; 1 to {MaximumLength} are taken.");
            }

            return (File.ReadAllText(path).TrimEnd('\r', '\n'), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read: {failure.Message}");
        }
    }
}

/// <summary>For clients of the api: nobody reads the server's files or variables through it.</summary>
public sealed class SecretsSent : ISecretSources
{
    public (string? Text, string? Refusal) Find(string how, string argument) => how == "value"
        ? (argument, null)
        : (null, $"The api reads no files and no variables for its clients: `./workstation config import` does, or send {{value: …}} instead of {how}.");
}

/// <summary>For looking at a file only: every source is there.</summary>
public sealed class SecretsAssumed : ISecretSources
{
    public bool AssumesKept => true;

    public (string? Text, string? Refusal) Find(string how, string argument) => how == "value"
        ? (null, "A secret does not belong into the file. Write {fromFile: PATH} or {fromEnv: NAME}.")
        : ("assumed-secret-1", null);
}
