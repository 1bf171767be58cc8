namespace CloudWorkstation.Manager;

/// <summary>
/// The one directory that holds everything of an installation on one machine, 0700. Setting <c>CWS_DATA</c>.
/// Deleting it is a clean reset.
/// </summary>
/// <param name="Root">Absolute path.</param>
public sealed record DataPaths(string Root)
{
    public string Database => Path.Combine(Root, "cloudworkstation.db");

    public string JobsDatabase => Path.Combine(Root, "jobs.db");

    /// <value>Private keys, 0600 each: <c>signing/KID.pem</c>, <c>desktop-proxy.pem</c>, <c>secrets.key</c>, <c>internal.key</c>.</value>
    public string Keys => Path.Combine(Root, "keys");

    /// <value>Immutable copies of template versions: <c>NAME/VERSION/</c>.</value>
    public string TemplateVersions => Path.Combine(Root, "templates");

    /// <value>One Terraform workspace per desktop.</value>
    public string Workspaces => Path.Combine(Root, "workspaces");

    /// <value>Terraform state per desktop with the local backend: <c>ID/terraform.tfstate</c>.</value>
    public string States => Path.Combine(Root, "states");

    /// <value>Homes and run-time files of desktops on this machine.</value>
    public string Desktops => Path.Combine(Root, "desktops");

    /// <value>Recordings of sessions: <c>ID/NUMBER.chunk</c>, encrypted.</value>
    public string Recordings => Path.Combine(Root, "recordings");

    /// <value>User name and generated password of the first admin until it is changed, 0600.</value>
    public string FirstAdmin => Path.Combine(Root, "first-admin.json");
}
