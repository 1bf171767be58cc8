namespace CloudWorkstation.Api.Auth;

/// <summary>Where a browser goes after renewing its session: a page of this console, never another site.</summary>
internal static class ReturnAddress
{
    private const string Home = "/";
    private const int MaximumLength = 2048;
    private static readonly Uri Somewhere = new("http://console.invalid");

    public static string Sanitize(string? wanted) =>
        wanted is { Length: > 0 and <= MaximumLength } && IsLocal(wanted)
        && Uri.TryCreate(Somewhere, wanted, out var address)
        && string.Equals(address.GetLeftPart(UriPartial.Authority), Somewhere.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        && IsLocal(address.PathAndQuery) && !IsSignIn(address.AbsolutePath)
            ? address.PathAndQuery + address.Fragment
            : Home;

    /// <summary>Browsers read <c>//host</c> and <c>/\host</c> as another site, and drop tabs and line ends before they look.</summary>
    private static bool IsLocal(string path) =>
        path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(c => char.IsControl(c) || c == '\\');

    /// <summary>Coming back here would go round in circles.</summary>
    private static bool IsSignIn(string path) =>
        path.StartsWith("/auth/", StringComparison.OrdinalIgnoreCase) || path.Equals("/sign-in", StringComparison.OrdinalIgnoreCase);
}
