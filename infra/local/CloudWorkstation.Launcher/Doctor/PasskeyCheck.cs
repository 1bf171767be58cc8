namespace CloudWorkstation.Launcher.Doctor;

/// <summary>Whether browsers make passkeys for the console's address: a name by HTTPS, or this machine's own. An answer and no fault: everything else works without.</summary>
public static class PasskeyCheck
{
    private const string Code = "passkeys";

    public static Finding Of(Uri console)
    {
        var isName = console.HostNameType == UriHostNameType.Dns;
        var isHere = console.IdnHost is "localhost" || console.IdnHost.EndsWith(".localhost", StringComparison.Ordinal);
        var origin = console.GetLeftPart(UriPartial.Authority);
        return !isName ? new Finding(Code, Verdict.Ok, $"not offered at {origin}: browsers make them for names only. ./workstation up --public-url http://localhost:{console.Port} has them on this machine")
            : isHere || console.Scheme == Uri.UriSchemeHttps ? new Finding(Code, Verdict.Ok, $"offered for {console.IdnHost}")
            : new Finding(Code, Verdict.Ok, $"not offered at {origin}: browsers use them on HTTPS pages only. ./workstation up --help says how to give it a certificate");
    }
}
