namespace CloudWorkstation.Launcher.Stack;

/// <summary>Where the built parts of the product lie, seen from the launcher's own binary.</summary>
public sealed record Checkout(string Root)
{
    private const string Output = "bin/Release/net10.0";

    public string HaproxyDirectory => Path.Combine(Root, "router/haproxy");

    public string Templates => Path.Combine(Root, "terraform/templates");

    public string MotoScript => Path.Combine(Root, "infra/local/moto/server.py");

    public string WebRoot => Path.Combine(Root, "console-host/web/dist");

    public static Checkout Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
                return new Checkout(directory.FullName);
        }

        throw new LauncherException("The launcher does not lie in a checkout of CloudWorkstation.", "Start it through ./workstation.");
    }

    /// <summary>The assembly of a project in a folder of the checkout, for example <c>api/CloudWorkstation.Api</c>.</summary>
    public string Assembly(string project) => Path.Combine(Root, project, Output, Path.GetFileName(project) + ".dll");
}
