using System.Text.Json;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>What the audit trail tells of a desktop: what a person decides about it, and nothing that the product finds out by itself.</summary>
internal sealed record Told(string Name, string Owner, string OwnerName, string Template, string TemplateVersion, IReadOnlyDictionary<string, JsonElement> Parameters, Power Power)
{
    public static Told Of(Desktop desktop) =>
        new(desktop.Name, desktop.Owner, desktop.OwnerName, desktop.Template, desktop.TemplateVersion, desktop.Parameters, desktop.Power);

    public static AuditChange Change(Desktop before, Desktop after) => AuditChange.Between(Of(before), Of(after));
}
