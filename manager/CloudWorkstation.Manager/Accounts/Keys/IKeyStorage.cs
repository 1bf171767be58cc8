namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>The ring with its private keys, as kept.</summary>
/// <param name="State">Which keys there are.</param>
/// <param name="Pems">Private key by its id, PKCS#8 PEM.</param>
internal sealed record StoredRing(KeyRingState State, IReadOnlyDictionary<string, string> Pems)
{
    /// <summary>Whether it can sign and rotate, and has every key that it names.</summary>
    public bool IsWhole() => State.IsWhole() && State.Keys.All(k => Pems.ContainsKey(k.Kid));

    /// <summary>The same without private keys that the state does not name.</summary>
    public StoredRing Trimmed() => this with { Pems = State.Keys.ToDictionary(k => k.Kid, k => Pems[k.Kid], StringComparer.Ordinal) };
}

/// <summary>Where the private keys of an installation are kept. Several processes use it at once.</summary>
internal interface IKeyStorage
{
    /// <summary>Null when there is no ring yet, or none that is usable.</summary>
    Task<StoredRing?> ReadRingAsync(CancellationToken cancellationToken);

    /// <summary>False, and nothing is changed, when what is kept is not <paramref name="before"/> any more.</summary>
    /// <param name="before">Null to make the first ring.</param>
    /// <param name="after">What is kept from then on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> ReplaceRingAsync(KeyRingState? before, StoredRing after, CancellationToken cancellationToken);

    /// <summary>The private key of the desktop proxies, PKCS#8 PEM; made at the first start.</summary>
    Task<string> DesktopProxyPemAsync(CancellationToken cancellationToken);
}
