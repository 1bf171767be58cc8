using System.ComponentModel.DataAnnotations;

namespace CloudWorkstation.Manager.Keys;

/// <summary>Where an installation keeps its private keys.</summary>
public enum KeyStorageKind
{
    /// <summary>In the data directory: one machine.</summary>
    Files,

    /// <summary>In the document store, encrypted under a master key: several replicas without a disk in common.</summary>
    Store,
}

/// <summary>Section <c>Keys</c>: where the private keys are. A class and not a record: it must never print itself.</summary>
public sealed class KeyStorageOptions : IValidatableObject
{
    /// <value>The default value is <see cref="KeyStorageKind.Files"/>.</value>
    public KeyStorageKind Kind { get; set; } = KeyStorageKind.Files;

    /// <value>32 random bytes, base64url, that everything in the store's key documents is encrypted under; needed with <see cref="KeyStorageKind.Store"/>.</value>
    public string? Master { get; set; }

    /// <value>The master key before: still opens, and what it opens is encrypted under <see cref="Master"/> at the next start.</value>
    public string? PreviousMaster { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind != KeyStorageKind.Store)
        {
            yield break;
        }

        if (string.IsNullOrWhiteSpace(Master))
        {
            yield return new ValidationResult("CWS_KEYS__KIND is 'store' and CWS_KEYS__MASTER is not set: give 32 random bytes as base64url.");
        }
        else if (MasterKey.TryParse(Master) is null)
        {
            yield return new ValidationResult("CWS_KEYS__MASTER is not 32 bytes written as base64url.");
        }

        if (!string.IsNullOrWhiteSpace(PreviousMaster) && MasterKey.TryParse(PreviousMaster) is null)
        {
            yield return new ValidationResult("CWS_KEYS__PREVIOUSMASTER is not 32 bytes written as base64url.");
        }
    }
}
