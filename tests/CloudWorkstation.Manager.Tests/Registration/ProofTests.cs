using CloudWorkstation.Manager.Registration.Proofs;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class ProofTests : IDisposable
{
    private const int Limit = 120_000;
    private const int Easiest = RegistrationHost.ProofBits;
    private readonly RegistrationHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_proof_is_good_for_one_request()
    {
        await host.OpenAsync();
        var proof = host.Proof();
        (await AskAsync(proof)).ShouldBeNull();
        (await AskAsync(proof)).ShouldBe("proof_refused");
        var resets = await host.Resets.RequestAsync("a@example.org", proof, null, RegistrationHost.Token);
        resets.Problem!.Code.ShouldBe("proof_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task A_proof_that_many_send_at_once_is_good_for_one()
    {
        await host.OpenAsync();
        var proof = host.Proof();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(proof)));
        answers.Count(a => a is null).ShouldBe(1);
        (await host.MailsAsync()).Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_proof_expires()
    {
        await host.OpenAsync();
        var proof = host.Proof();
        host.Time.Advance(TimeSpan.FromMinutes(15));
        (await AskAsync(proof)).ShouldBe("proof_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task Forged_and_lazy_proofs_are_refused()
    {
        await host.OpenAsync();
        var good = host.Proof();
        var other = host.Proof();
        await RefusedAsync(null);
        await RefusedAsync(good with { Solutions = [] });
        await RefusedAsync(good with { Solutions = [.. good.Solutions.Skip(1)] });
        await RefusedAsync(good with { Solutions = [.. good.Solutions, 1] });
        await RefusedAsync(good with { Solutions = [.. Enumerable.Repeat(good.Solutions[0], good.Solutions.Count)] });
        await RefusedAsync(good with { Solutions = [.. good.Solutions.Select(s => s + 1)] });
        await RefusedAsync(good with { Solutions = other.Solutions });
        await RefusedAsync(good with { Challenge = "" });
        await RefusedAsync(good with { Challenge = new string('A', 76) });
        await RefusedAsync(good with { Challenge = Changed(good.Challenge, 30) });
        await RefusedAsync(good with { Challenge = Changed(good.Challenge, good.Challenge.Length - 3) });
        (await AskAsync(good)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_easier_challenge_cannot_be_made_from_a_harder_one()
    {
        await host.OpenAsync();
        var challenge = host.Registrations.NewChallenge("192.0.2.200");
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(challenge.Challenge);
        bytes[24].ShouldBe((byte)challenge.Bits);
        bytes[24] = 0;
        var forged = new Proof { Challenge = System.Buffers.Text.Base64Url.EncodeToString(bytes), Solutions = [.. Enumerable.Repeat(0L, challenge.Parts)] };
        (await AskAsync(forged)).ShouldBe("proof_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task Another_installations_challenge_is_not_ours()
    {
        await host.OpenAsync();
        using var other = new RegistrationHost();
        File.WriteAllBytes(Path.Combine(other.Paths.Keys, "secrets.key"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        (await AskAsync(RegistrationHost.Solve(other.Registrations.NewChallenge("192.0.2.1")))).ShouldBe("proof_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task The_more_an_address_asks_the_harder_it_gets_until_it_is_quiet_for_a_while()
    {
        await Task.Yield();
        var first = host.Registrations.NewChallenge("198.51.100.1").Bits;
        first.ShouldBe(Easiest);
        var later = Enumerable.Range(0, 100).Select(_ => host.Registrations.NewChallenge("198.51.100.1").Bits).ToList();
        later.ShouldBe(later.Order());
        later[^1].ShouldBe(Easiest + 3);
        host.Registrations.NewChallenge("198.51.100.2").Bits.ShouldBe(first);
        host.Time.Advance(TimeSpan.FromHours(2));
        host.Registrations.NewChallenge("198.51.100.1").Bits.ShouldBe(first);
    }

    [Fact(Timeout = Limit)]
    public async Task The_work_has_an_end_and_a_network_of_IPv6_is_one_address()
    {
        await Task.Yield();
        var bits = Enumerable.Range(0, 5000).Select(i => host.Registrations.NewChallenge($"2001:db8:1:2::{i:x}").Bits).ToList();
        bits[^1].ShouldBe(Easiest + ProofRates.Range);
        host.Registrations.NewChallenge("2001:db8:1:3::1").Bits.ShouldBe(Easiest);
        ProofRates.NetworkOf("::ffff:192.0.2.1").ShouldBe(ProofRates.NetworkOf("192.0.2.1"));
    }

    private static string Changed(string text, int at) => text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];

    private async Task RefusedAsync(Proof? proof) => (await AskAsync(proof)).ShouldBe("proof_refused");

    private async Task<string?> AskAsync(Proof? proof) =>
        (await host.Registrations.RequestAsync(host.Request(proof: null) with { Proof = proof }, null, RegistrationHost.Token)).Problem?.Code;
}
