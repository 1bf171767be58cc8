namespace CloudWorkstation.Manager.Registration.Addresses;

/// <param name="Email">Null for none.</param>
/// <param name="CanChange">False for whom a provider or a directory says it.</param>
public sealed record MyEmail(string? Email, bool CanChange);

/// <summary>One's own e-mail address: another counts once a link that was sent to it has come back.</summary>
public interface IEmailChanges
{
    Task<Outcome<MyEmail>> GetAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof. True whatever becomes of it: whether somebody has the address is told in the mail alone.</summary>
    Task<Outcome<bool>> RequestAsync(Actor actor, string email, CancellationToken cancellationToken);

    /// <summary>Uses up the link; the address before is told.</summary>
    Task<Outcome<string>> ConfirmAsync(string token, string? address, CancellationToken cancellationToken);
}
