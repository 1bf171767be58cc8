using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Section <c>Registration</c>: what an operator tunes; everything else is set at run time.</summary>
public sealed class RegistrationOptions
{
    /// <value>
    /// Zero bits of each of the sixteen parts of the easiest proof of work. The default value is 14: some 260,000 hashes, a fifth of a second on a desk and a
    /// second or two on a phone. One more is twice as much.
    /// </value>
    [Range(1, 20)]
    public int ProofBits { get; set; } = 14;
}
