using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Doctor;

internal static class BuildCheck
{
    private static readonly string[] Projects =
        ["api/CloudWorkstation.Api", "console-host/CloudWorkstation.ConsoleHost", "router/CloudWorkstation.DesktopProxy", "router/CloudWorkstation.Router"];

    public static IEnumerable<Finding> Run()
    {
        var checkout = Checkout.Find();
        var missing = Projects.Where(project => !File.Exists(checkout.Assembly(project))).ToList();
        yield return missing.Count == 0
            ? new Finding("built", Verdict.Ok, "all services are built")
            : new Finding("built", Verdict.Fail, $"not built: {string.Join(", ", missing)}", "./workstation up builds them.");
        yield return File.Exists(Path.Combine(checkout.WebRoot, "index.html"))
            ? new Finding("console", Verdict.Ok, "the web console is built")
            : new Finding("console", Verdict.Fail, "the web console is not built", "./workstation up builds it.");
    }
}
