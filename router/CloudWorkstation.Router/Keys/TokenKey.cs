using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Router.Keys;

/// <summary>A public key that signs tokens, and the slot that the api gave it.</summary>
/// <param name="Kid">Key id in the tokens' header.</param>
/// <param name="Slot"><c>a</c>, <c>b</c> or <c>c</c>.</param>
/// <param name="Pem">SubjectPublicKeyInfo.</param>
internal sealed partial record TokenKey(string Kid, string Slot, string Pem)
{
    private const int MinimumBits = 2048;

    /// <summary>Says what is wrong with the key, or null. A PEM that HAProxy cannot read would make its next start fail.</summary>
    public string? Fault()
    {
        if (!Name().IsMatch(Kid) || !KeySlots.All.Contains(Slot))
        {
            return "its kid or slot is not one of ours";
        }

        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(Pem);
            return rsa.KeySize >= MinimumBits ? null : $"it has {rsa.KeySize} bits; at least {MinimumBits} are required";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return "it is not an RSA key in PEM";
        }
    }

    /// <summary>The public half alone, in the one spelling that files are compared by.</summary>
    public string PublicPem()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Pem);
        return rsa.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    [GeneratedRegex("^[a-z0-9-]{1,40}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
