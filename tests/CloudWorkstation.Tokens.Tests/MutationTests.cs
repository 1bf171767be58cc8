using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Tokens.Tests;

/// <summary>Whatever is done to a good token, it is good no longer, and nothing throws.</summary>
public sealed class MutationTests
{
    private const int Runs = 2000;

    private static readonly string Session = Keyring.Session("staff").Sign(Keyring.Current);
    private static readonly string Jwe = TargetCipher.Encrypt(new DesktopTarget("127.0.0.1", 5901, "vnc", "secret"), Keyring.Current);

    /// <summary>Replaces, inserts, removes, swaps or repeats a piece of the text.</summary>
    private static Gen<string> Mutated(string text) =>
        from kind in Gen.Choose(0, 5)
        from at in Gen.Choose(0, text.Length - 2)
        from length in Gen.Choose(1, 40)
        from character in Gen.Choose(0, 0x2FF)
        let end = Math.Min(text.Length, at + length)
        select kind switch
        {
            0 => text[..at] + (char)character + text[(at + 1)..],
            1 => text[..at] + (char)character + text[at..],
            2 => text[..at] + text[end..],
            3 => text[..at] + text[at + 1] + text[at] + text[(at + 2)..],
            4 => text[..end] + text[at..],
            _ => text[..at],
        };

    [Fact(Timeout = 120_000)]
    public Task A_changed_session_token_is_refused() => CheckAsync(Session, t => Keyring.Verify(t) != TokenFailure.None);

    [Fact(Timeout = 120_000)]
    public Task A_changed_target_cannot_be_decrypted() => CheckAsync(Jwe, t => TargetCipher.Decrypt(t, Keyring.Current) is null);

    [Fact(Timeout = 120_000)]
    public Task No_text_at_all_is_a_token()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), t => t is null || Keyring.Verify(t) != TokenFailure.None).QuickCheckThrowOnFailure();
        return Task.CompletedTask;
    }

    [Fact(Timeout = 120_000)]
    public Task Any_names_come_back_as_they_went_in()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), name =>
        {
            var session = Keyring.Session() with { Name = Whole(name.Get) };
            return SessionToken.Verify(session.Sign(Keyring.Current), Keyring.Find, Keyring.Now, out _)?.Name == session.Name;
        }).QuickCheckThrowOnFailure();
        return Task.CompletedTask;
    }

    private static Task CheckAsync(string good, Func<string, bool> refused)
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Mutated(good).ToArbitrary(), t => t == good || refused(t)));
        return Task.CompletedTask;
    }

    /// <summary>Text without halves of surrogate pairs, which UTF-8 cannot carry.</summary>
    private static string Whole(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
