using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Api.Desktops;

public sealed record CreateDesktopRequest
{
    /// <value>Template name.</value>
    public required string Template { get; init; }

    /// <value>1 to 60 printable characters.</value>
    public required string Name { get; init; }

    /// <value>By parameter name; what is left out takes its default.</value>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

public enum DesiredState
{
    Running,
    Stopped,
}

/// <summary>What to change; members that are left out stay as they are.</summary>
public sealed record ChangeDesktopRequest
{
    /// <value><c>running</c> for a desktop that runs already repairs it.</value>
    public DesiredState? State { get; init; }

    public string? Name { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <value>A template version to move to.</value>
    public string? Version { get; init; }

    /// <value>Confirms a plan that loses data.</value>
    public bool? ConfirmReplacement { get; init; }

    public ChangeDesktop ToChange(long? ifVersion) => new()
    {
        Name = Name,
        Power = State switch { DesiredState.Running => Power.On, DesiredState.Stopped => Power.Off, _ => null },
        Parameters = Parameters,
        TemplateVersion = Version,
        ConfirmReplacement = ConfirmReplacement ?? false,
        IfVersion = ifVersion,
    };
}

/// <summary>An accepted change; the operation is absent when nothing has to run.</summary>
public sealed record AcceptedAnswer(DesktopModel Desktop, OperationModel? Operation);

/// <summary>What Terraform would do.</summary>
/// <param name="Changes">By resource.</param>
/// <param name="Destroys">Something that exists now would go away or be replaced: the session restarts.</param>
/// <param name="LosesData">Something that holds data would go away; such a change needs <c>confirmReplacement</c>.</param>
public sealed record PlanAnswer(IReadOnlyList<PlanChange> Changes, bool Destroys, bool LosesData)
{
    public static PlanAnswer From(DesktopPlan plan) => new(
        [.. plan.Changes.Select(c => new PlanChange(c.Address, c.Actions, c.ReplacedBecauseOf, c.LosesData))],
        plan.Destroys,
        plan.LosesData);
}

/// <param name="Address">Terraform's name of the resource.</param>
/// <param name="Actions">What Terraform would do with it.</param>
/// <param name="ReplacedBecauseOf">What forces a replacement.</param>
/// <param name="LosesData">It goes away with data that cannot be built again.</param>
public sealed record PlanChange(string Address, IReadOnlyList<string> Actions, IReadOnlyList<string> ReplacedBecauseOf, bool LosesData);

/// <summary>A granted connection; the right itself is in the cookie.</summary>
/// <param name="Id">Names the connection in the audit trail.</param>
/// <param name="Url">WebSocket address below the console's origin.</param>
/// <param name="ExpiresAt">Connect before.</param>
/// <param name="Session">What the page may offer.</param>
/// <param name="Access">What the person may do with the screen.</param>
/// <param name="Engine">What the WebSocket at the URL speaks: <c>rfb</c> or <c>guacamole</c>.</param>
/// <param name="Engines">What may be asked for.</param>
public sealed record ConnectionAnswer(string Id, string Url, DateTimeOffset ExpiresAt, SessionPolicy Session, ScreenAccess Access, ScreenEngine Engine, IReadOnlyList<ScreenEngine> Engines);

/// <summary>How to open the screen; the body may be left out.</summary>
public sealed record ConnectRequest
{
    /// <value>Null for the template's usual one.</value>
    public ScreenEngine? Engine { get; init; }
}
