using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Which templates' desktops could be looked at here, asked before one is made.</summary>
public sealed class TemplateScreens(ManagerOptions options)
{
    /// <summary>Why no engine of this installation could show a desktop of the template, with the fix; null where one can.</summary>
    public Problem? Missing(Template template) => ScreenEngines.Choose(template.Protocol, null, options).Problem;
}
