namespace CloudWorkstation.Router;

/// <summary>The directory that HAProxy and the agent share: maps, keys, error pages, sockets.</summary>
/// <param name="Root">Absolute path, 0700.</param>
public sealed record RouterDirectory(string Root)
{
    /// <summary>A Unix socket's path may have 107 characters, and HAProxy binds a temporary name beside it.</summary>
    public const int MaximumLength = 80;

    public string Maps => Path.Combine(Root, "maps");

    public string Keys => Path.Combine(Root, "keys");

    public string Errors => Path.Combine(Root, "errors");

    public string RuntimeSocket => Path.Combine(Root, "haproxy.sock");

    public string MasterSocket => Path.Combine(Root, "master.sock");

    public string MapFile(string map) => Path.Combine(Maps, map + ".map");

    public string KeyFile(string slot) => Path.Combine(Keys, slot + ".pem");

    /// <summary>The directory of <c>CWS_ROUTER__DIRECTORY</c>, or an explanation of what is wrong with it.</summary>
    public static RouterDirectory From(IConfiguration configuration)
    {
        var path = configuration["ROUTER:DIRECTORY"];
        if (string.IsNullOrWhiteSpace(path) || !Path.IsPathFullyQualified(path))
        {
            throw new InvalidOperationException("CWS_ROUTER__DIRECTORY must be an absolute path: the directory that HAProxy has as CWS_ROUTER_DIR.");
        }

        return path.Length <= MaximumLength
            ? new RouterDirectory(Path.TrimEndingDirectorySeparator(path))
            : throw new InvalidOperationException(
                $"CWS_ROUTER__DIRECTORY has {path.Length} characters; Unix sockets in it need at most {MaximumLength}. Choose a shorter data directory.");
    }
}
