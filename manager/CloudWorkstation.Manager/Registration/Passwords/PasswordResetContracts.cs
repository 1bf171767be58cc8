using CloudWorkstation.Manager.Registration.Proofs;

namespace CloudWorkstation.Manager.Registration.Passwords;

/// <summary>A new password for who has forgotten the old one and reads the account's mail.</summary>
public interface IPasswordResets
{
    /// <summary>True whatever became of it: whether there is such an account is told in the mail alone.</summary>
    Task<Outcome<bool>> RequestAsync(string email, Proof? proof, string? address, CancellationToken cancellationToken);

    /// <summary>Uses up the link, sets the password, ends every session.</summary>
    Task<Outcome<bool>> ConfirmAsync(string token, string newPassword, string? address, CancellationToken cancellationToken);
}
