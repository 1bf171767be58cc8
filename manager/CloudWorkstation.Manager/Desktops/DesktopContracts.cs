using System.Text.Json;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

public enum DesktopStatus
{
    Pending,
    Provisioning,
    Running,
    Stopping,
    Stopped,
    Starting,
    Updating,
    Deleting,
    Failed,
}

public enum Power
{
    On,
    Off,
}

/// <summary>Where the screen is served, from the template's <c>connection</c> output.</summary>
public sealed record ConnectionAddress(string Host, int Port)
{
    /// <value>What guacd is told besides, by its names; see <see cref="ScreenParameters"/>. Null for nothing.</value>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    public bool Equals(ConnectionAddress? other) => other is not null && Host == other.Host && Port == other.Port && Text(Parameters) == Text(other.Parameters);

    public override int GetHashCode() => HashCode.Combine(Host, Port);

    private static string Text(IReadOnlyDictionary<string, string>? parameters) =>
        string.Join('\n', (parameters ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
}

/// <summary>The machine that a cloud keeps for a desktop, from the template's <c>machine</c> output.</summary>
/// <param name="Provider"><c>aws</c>.</param>
/// <param name="Region">Where it is, for example <c>eu-central-1</c>.</param>
/// <param name="Instance">EC2 instance id.</param>
/// <param name="Cluster">ECS cluster of the desktop's own proxy; null with a shared one.</param>
/// <param name="Service">ECS service of the desktop's own proxy; null with a shared one.</param>
public sealed record Machine(string Provider, string Region, string Instance, string? Cluster, string? Service);

public enum ObservedState
{
    Running,
    Stopped,

    /// <summary>Terminated, or not there at all.</summary>
    Missing,

    /// <summary>There, but not as it was built: another address, a proxy that does not run.</summary>
    Changed,
    Unknown,
}

/// <summary>What the cloud says of a desktop's machine, whatever we asked it to be.</summary>
/// <param name="State">As last seen.</param>
/// <param name="Since">When it was first seen so.</param>
/// <param name="Detail">A sentence where the state needs one.</param>
public sealed record ObservedMachine(ObservedState State, DateTimeOffset Since, string? Detail);

/// <summary>A label and value from the template's <c>details</c> output.</summary>
public sealed record DesktopDetail(string Label, string Value);

public sealed record Desktop
{
    /// <value>12 characters of <c>[a-z0-9]</c>, the first a letter; chosen by the server.</value>
    public required string Id { get; init; }

    /// <value>1 to 60 printable characters.</value>
    public required string Name { get; init; }

    /// <value>Account id.</value>
    public required string Owner { get; init; }

    public required string OwnerName { get; init; }

    public required string Template { get; init; }

    public required string TemplateVersion { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    public required DesktopStatus Status { get; init; }

    /// <value>What it should be once no operation is under way.</value>
    public required Power Power { get; init; }

    public string? ActiveOperation { get; init; }

    /// <value>The operation that started it last, or tries to; null for one that was started before this was noted.</value>
    public string? LatestStart { get; init; }

    /// <value>The operation that began last, whether or not it has ended; null for a desktop of an older release.</value>
    public string? LastOperation { get; init; }

    public Failure? Failure { get; init; }

    public ConnectionAddress? Connection { get; init; }

    /// <value>Address <c>host:port</c> of a desktop proxy of its own; null for the shared one.</value>
    public string? Proxy { get; init; }

    public IReadOnlyList<DesktopDetail> Details { get; init; } = [];

    /// <value>Null for a desktop on the manager's own host, and before the template has said which machine it built.</value>
    public Machine? Machine { get; init; }

    /// <value>Null for a desktop without a machine, and until somebody looked.</value>
    public ObservedMachine? Observed { get; init; }

    /// <value>Which of the template's places it was built in; see <see cref="Templates.Template.Placements"/>.</value>
    public int Placement { get; init; }

    /// <value>The screen's password, encrypted at rest; never sent to a client.</value>
    public required string ProtectedSecret { get; init; }

    /// <value>Where Terraform's state is kept, known before Terraform first runs: <c>local:ID</c>.</value>
    public required string State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LastConnectedAt { get; init; }

    /// <value>Last real input seen by the desktop proxy.</value>
    public DateTimeOffset? LastInputAt { get; init; }
}

/// <summary>A desktop with the version its ETag is made of.</summary>
public sealed record DesktopView(Desktop Desktop, long Version)
{
    /// <value>Since when nobody has used it; null while it does not run, and where nobody looked.</value>
    public DateTimeOffset? IdleSince { get; init; }
}

public sealed record CreateDesktop(string Template, string Name, IReadOnlyDictionary<string, JsonElement> Parameters)
{
    /// <value>
    /// An id the server chose beforehand for this very request (see <see cref="Access.IdempotencyKeys"/>); null to choose one now. Never
    /// from a client. Where a desktop of this id exists already the answer is a conflict.
    /// </value>
    public string? Id { get; init; }
}

/// <summary>What to change; null members stay as they are.</summary>
public sealed record ChangeDesktop
{
    public string? Name { get; init; }

    public Power? Power { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    public string? TemplateVersion { get; init; }

    /// <value>Confirms a plan that destroys or replaces something that holds data.</value>
    public bool ConfirmReplacement { get; init; }

    /// <value>From If-Match; null for any.</value>
    public long? IfVersion { get; init; }
}

/// <summary>An accepted change: the desktop as it is now, and the operation to follow (null when nothing has to run, as for a rename).</summary>
public sealed record AcceptedChange(DesktopView Desktop, Operation? Operation);

/// <summary>What a change would do to one resource of a desktop.</summary>
/// <param name="Address">Resource address.</param>
/// <param name="Actions">Terraform's action names, for example <c>delete, create</c> for a replacement.</param>
/// <param name="ReplacedBecauseOf">Attribute paths that force a replacement.</param>
/// <param name="Destroys">The resource as it exists now goes away.</param>
/// <param name="LosesData">It goes away, and what it holds cannot be built again: a disk, a home.</param>
public sealed record DesktopPlanChange(string Address, IReadOnlyList<string> Actions, IReadOnlyList<string> ReplacedBecauseOf, bool Destroys, bool LosesData);

/// <summary>What a change would do to a desktop.</summary>
public sealed record DesktopPlan(IReadOnlyList<DesktopPlanChange> Changes)
{
    public bool Destroys => Changes.Any(c => c.Destroys);

    public bool LosesData => Changes.Any(c => c.LosesData);
}

public sealed record DesktopFilter
{
    /// <value>Account id or user name; null means the actor's own unless <see cref="Everyone"/>.</value>
    public string? Owner { get; init; }

    /// <value>Admins only.</value>
    public bool Everyone { get; init; }

    public DesktopStatus? Status { get; init; }

    public string? Template { get; init; }

    /// <value>Part of the name or the id, case-insensitive.</value>
    public string? Search { get; init; }

    public DateTimeOffset? CreatedBefore { get; init; }

    /// <value>Nobody was connected since; one that never was used counts from its creation.</value>
    public DateTimeOffset? UnusedSince { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>A right to connect: the signed desktop token and the address to use it at.</summary>
/// <param name="ConnectionId">Names the connection in reports and the audit trail.</param>
/// <param name="Token">For the cookie <c>cws_desktop</c>.</param>
/// <param name="ExpiresAt">60 s from now.</param>
/// <param name="Session">What the page may offer.</param>
public sealed record ConnectionGrant(string ConnectionId, string Token, DateTimeOffset ExpiresAt, SessionPolicy Session)
{
    public required string Desktop { get; init; }

    public ScreenAccess Access { get; init; } = ScreenAccess.Control;

    public ScreenEngine Engine { get; init; }

    /// <value>What the person may ask for at this desktop.</value>
    public IReadOnlyList<ScreenEngine> Engines { get; init; } = [ScreenEngine.Rfb];
}

/// <summary>What a person may do with desktops. Ownership is part of every query; another person's desktop is not found.</summary>
public interface IDesktopService
{
    /// <summary>One atomic commit: desktop, operation, audit entry, quota.</summary>
    Task<Outcome<AcceptedChange>> CreateAsync(Actor actor, CreateDesktop request, CancellationToken cancellationToken);

    Task<Outcome<DesktopView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    Task<Outcome<Listing<DesktopView>>> ListAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken);

    Task<Outcome<AcceptedChange>> ChangeAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken);

    /// <summary>Always possible, also from failed and with a broken template.</summary>
    Task<Outcome<AcceptedChange>> DeleteAsync(Actor actor, string id, long? ifVersion, CancellationToken cancellationToken);

    /// <summary>What an update to a template version or other parameters would change.</summary>
    Task<Outcome<DesktopPlan>> PlanAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken);

    /// <summary>Grants a connection to a running desktop.</summary>
    Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string id, CancellationToken cancellationToken) => ConnectAsync(actor, id, null, cancellationToken);

    /// <summary>The same through an engine of the person's choice; null for the template's usual one.</summary>
    Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string id, ScreenEngine? engine, CancellationToken cancellationToken);

    /// <summary>How many desktops of each template the actor has and may have.</summary>
    Task<IReadOnlyList<QuotaUse>> QuotaAsync(Actor actor, CancellationToken cancellationToken);
}

public sealed record QuotaUse(string Template, int Used, int Limit);

/// <summary>What the desktop proxy says of a connection while it lasts.</summary>
public sealed record ConnectionReport(DateTimeOffset? LastInputAt, long BytesToBrowser, long BytesToDesktop, double? RoundTripMilliseconds)
{
    /// <value>When the person could first see something; null until then.</value>
    public DateTimeOffset? FirstFrameAt { get; init; }
}

/// <summary>A connection that the desktop proxy may carry now.</summary>
/// <param name="Session">What it may carry.</param>
/// <param name="Viewer">User name of who is looking.</param>
public sealed record OpenedConnection(SessionPolicy Session, string Viewer)
{
    /// <value><c>control</c>, or <c>view</c> for who may only look. The default value is <c>control</c>.</value>
    public string Access { get; init; } = "control";

    /// <value>When the proxy ends it by itself; null for never.</value>
    public DateTimeOffset? EndsAt { get; init; }

    /// <value>The recording that the proxy must make; null for none.</value>
    public Recordings.RecordingOrder? Recording { get; init; }
}

/// <summary>The desktop proxy's side of a connection.</summary>
public interface IConnectionService
{
    /// <summary>Uses the token up: conflict when it was used, revoked, or the desktop is not running.</summary>
    Task<Outcome<OpenedConnection>> OpenAsync(string connectionId, CancellationToken cancellationToken);

    /// <summary>Stores what was seen; a problem means that the connection must end now, with its code as the reason.</summary>
    Task<Outcome<bool>> ReportAsync(string connectionId, ConnectionReport report, CancellationToken cancellationToken);

    Task CloseAsync(string connectionId, string reason, ConnectionReport report, CancellationToken cancellationToken);
}
