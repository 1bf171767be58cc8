using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Who may do what with which desktop. Somebody else's that one may not see is not found; one that may be seen and not touched is forbidden.</summary>
internal static class DesktopAccess
{
    private static readonly Problem Forbidden = new(ProblemKind.Forbidden, "forbidden", "You may see this desktop, but not do that with it. Ask its owner or an administrator.");

    /// <param name="actor">Who asks.</param>
    /// <param name="owner">Of the desktop, or of the operation: who sees the one sees the other.</param>
    public static bool MaySee(Actor actor, string owner) => actor.Is(owner) || actor.May(Permissions.DesktopsRead);

    public static Problem? Change(Actor actor, Desktop desktop, ChangeDesktop change) =>
        actor.May(Permissions.DesktopsManage) || (actor.Is(desktop.Owner) && MayUse(actor, change)) || (OnlyPower(change) && actor.May(Permissions.DesktopsStop)) ? null : Forbidden;

    /// <summary>An owner who has lost everything else can still give back what costs money.</summary>
    public static Problem? Delete(Actor actor, Desktop desktop) => actor.Is(desktop.Owner) || actor.May(Permissions.DesktopsManage) ? null : Forbidden;

    public static Problem? KeepAwake(Actor actor, Desktop desktop) =>
        (actor.Is(desktop.Owner) && actor.May(Permissions.DesktopsUse)) || actor.May(Permissions.DesktopsManage) ? null : Forbidden;

    public static Problem? Connect(Actor actor, Desktop desktop) =>
        (actor.Is(desktop.Owner) && actor.May(Permissions.DesktopsUse)) || actor.May(Permissions.DesktopsConnect) ? null : Forbidden;

    /// <summary>An operation changes its desktop: who may not change the one may not steer the other.</summary>
    public static bool MaySteer(Actor actor, string owner) =>
        actor.Is(owner) || actor.May(Permissions.DesktopsManage);

    private static bool MayUse(Actor actor, ChangeDesktop change) => actor.May(Permissions.DesktopsUse) || (OnlyPower(change) && change.Power == Power.Off);

    private static bool OnlyPower(ChangeDesktop change) =>
        change is { Power: not null, Name: null, Parameters: null, TemplateVersion: null, ConfirmReplacement: false };
}
