using System.Net;

namespace CloudWorkstation.Launcher.Cloud;

/// <summary>The AWS that `up --aws-endpoint` names: a moto of our own, one that runs already, or an account.</summary>
/// <param name="Address">Null: `moto`, which the launcher starts and whose address it knows, or `aws`, whose addresses the SDK knows.</param>
public sealed record AwsEndpoint(string Name, Uri? Address)
{
    public const string Moto = "moto";
    public const string Account = "aws";

    public bool IsOwnMoto => Name == Moto;

    /// <value>No account stands behind it: keys are made up, the platform is made by us, nothing costs money.</value>
    public bool IsDevelopment => IsOwnMoto || Address is { IsLoopback: true };

    public static AwsEndpoint Parse(string text) => text switch
    {
        Moto or Account => new AwsEndpoint(text, null),
        _ when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.AbsolutePath == "/" =>
            new AwsEndpoint(address.GetLeftPart(UriPartial.Authority), Refuse(address)),
        _ => throw new LauncherException($"--aws-endpoint {text} is neither moto, nor aws, nor an address such as http://127.0.0.1:5000."),
    };

    /// <summary>Without TLS, keys and passwords would cross a network in the clear.</summary>
    private static Uri Refuse(Uri address) => address.Scheme == "https" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? IPAddress.IsLoopback(ip) : address.IsLoopback)
        ? address
        : throw new LauncherException($"--aws-endpoint {address} would send keys over the network unencrypted.", "Use https, or a loopback address.");
}
