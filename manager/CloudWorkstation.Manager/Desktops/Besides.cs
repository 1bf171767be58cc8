using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// A write that goes into the same commit as a change: whoever asked for the change keeps its outcome there. Where the commit loses a race
/// the change is answered with <see cref="DesktopProblems.Stale"/> and not tried again, because this write may be what lost it.
/// </summary>
/// <param name="operation">Id of the operation that the change began; null where nothing has to run.</param>
internal delegate DocumentWrite Besides(string? operation);
