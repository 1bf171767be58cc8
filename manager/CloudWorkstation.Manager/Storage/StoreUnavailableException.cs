namespace CloudWorkstation.Manager.Storage;

/// <summary>A store that can say quickly whether it works: a request is worth waiting and trying again for, a health check is not.</summary>
internal interface IStoreProbe
{
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    Task ProbeAsync(DocumentKey key, CancellationToken cancellationToken);
}

/// <summary>
/// The database cannot be used: it cannot be reached, it does not let us in, it is not the one we expect. A commit that ends so has an
/// unknown outcome unless the message says otherwise.
/// </summary>
/// <param name="code">Stable snake_case name of what is wrong.</param>
/// <param name="message">What is wrong.</param>
/// <param name="fix">What an administrator does about it.</param>
/// <param name="inner">What the database said.</param>
public sealed class StoreUnavailableException(string code, string message, string fix, Exception? inner = null) : Exception($"{message} {fix}", inner)
{
    public string Code => code;

    public string Problem => message;

    public string Fix => fix;
}
