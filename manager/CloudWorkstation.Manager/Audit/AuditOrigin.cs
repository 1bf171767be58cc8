namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// The request that is being answered: what an entry says besides the actor. It flows with the request, so that no feature has to hand it on;
/// what the product does by itself has none.
/// </summary>
/// <param name="Address">The client's address.</param>
/// <param name="UserAgent">What the client calls itself.</param>
/// <param name="RequestId">Names the request in the logs.</param>
public sealed record AuditOrigin(string? Address, string? UserAgent, string? RequestId)
{
    private static readonly AsyncLocal<AuditOrigin?> Flowing = new();

    public static AuditOrigin? Current => Flowing.Value;

    /// <value>Whether an entry of the request says already that something was refused.</value>
    public bool RefusalRecorded { get; internal set; }

    /// <summary>From here on, everything that this request does is recorded with it.</summary>
    public static AuditOrigin Begin(string? address, string? userAgent, string? requestId) => Flowing.Value = new AuditOrigin(address, userAgent, requestId);

    /// <summary>For work that a request only sets off, and that goes on by itself.</summary>
    public static void Leave() => Flowing.Value = null;
}
