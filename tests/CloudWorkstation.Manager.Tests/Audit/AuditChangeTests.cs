using System.Text.Json;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>Before and after, and that no secret gets in by any way.</summary>
public sealed class AuditChangeTests
{
    private const int Limit = 30_000;
    private const string One = "hunter2-5e3c";
    private const string Other = "hunter3-77af";

    [Fact(Timeout = Limit)]
    public async Task Only_members_that_differ_are_told()
    {
        await Task.Yield();
        var change = AuditChange.Between(new Machine("one", 1, ["a"], null), new Machine("one", 2, ["a", "b"], null));

        change.Before.ToString().ShouldBe("""{"size":1,"tags":["a"]}""");
        change.After.ToString().ShouldBe("""{"size":2,"tags":["a","b"]}""");
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_new_has_no_before_and_what_is_gone_no_after()
    {
        await Task.Yield();

        AuditChange.Created(new Machine("one", 1, [], null)).Before.ShouldBeNull();
        AuditChange.Between(null, new Machine("one", 1, [], null)).Before.ShouldBeNull();
        AuditChange.Removed(new Machine("one", 1, [], null)).After.ShouldBeNull();
        AuditChange.Removed(new Machine("one", 1, [], null)).Before.ToString().ShouldBe("""{"name":"one","size":1,"tags":[]}""");
    }

    [Fact(Timeout = Limit)]
    public async Task No_difference_is_no_change()
    {
        await Task.Yield();

        AuditChange.Between(new Machine("one", 1, ["a"], One), new Machine("one", 1, ["a"], One)).IsNothing.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_declared_secret_is_told_as_set_and_as_changed()
    {
        await Task.Yield();
        var change = AuditChange.Between(new Machine("one", 1, [], One), new Machine("one", 1, [], Other));

        change.Before.ToString().ShouldBe("""{"word":{"set":true}}""");
        change.After.ToString().ShouldBe("""{"word":{"set":true,"changed":true}}""");
        AuditChange.Between(new Machine("one", 1, [], One), new Machine("one", 1, [], null)).After.ToString().ShouldBe("""{"word":null}""");
    }

    /// <summary>Declared, undeclared but named like one, of another type, nested, in a list, in a dictionary.</summary>
    [Fact(Timeout = Limit)]
    public async Task No_secret_is_in_the_text_of_a_change_wherever_it_was()
    {
        await Task.Yield();
        var (before, after) = (Everything.With(One), Everything.With(Other));

        string[] told = [Text(AuditChange.Between(before, after)), Text(AuditChange.Created(before)), Text(AuditChange.Removed(before))];

        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(One));
        told.ShouldAllBe(t => !t.Contains("hunter", StringComparison.Ordinal) && !t.Contains(encoded, StringComparison.Ordinal) && !t.Contains("secret:", StringComparison.Ordinal));
        told[0].ShouldContain("plain");
        told[1].ShouldContain("\"set\":true");
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_that_stayed_is_not_called_changed_beside_one_that_did()
    {
        await Task.Yield();
        var change = AuditChange.Between(
            new Sections([new Section("a", One), new Section("b", "kept-secret")]),
            new Sections([new Section("a", Other), new Section("b", "kept-secret")]));

        change.After.ToString().ShouldBe("""{"items":[{"name":"a","clientSecret":{"set":true,"changed":true}},{"name":"b","clientSecret":{"set":true}}]}""");
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_that_is_too_large_names_its_members()
    {
        await Task.Yield();
        var change = AuditChange.Created(new Machine(new string('x', AuditChange.MaximumCharacters), 1, [], null));

        change.After.ToString().ShouldBe("""{"tooLarge":["name","size","tags"]}""");
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_survives_the_store()
    {
        await Task.Yield();
        var change = AuditChange.Between(new Machine("one", 1, [], One), new Machine("two", 1, [], Other));

        Text(JsonSerializer.Deserialize<AuditChange>(Text(change), JsonSerializerOptions.Web)!).ShouldBe(Text(change));
    }

    private static string Text(AuditChange change) => JsonSerializer.Serialize(change, JsonSerializerOptions.Web);

    private sealed record Machine(string Name, int Size, IReadOnlyList<string> Tags, [property: AuditSecret] string? Word);

    private sealed record Section(string Name, string? ClientSecret);

    private sealed record Sections(IReadOnlyList<Section> Items);

    private sealed record Everything(
        string Name,
        [property: AuditSecret] string Declared,
        [property: AuditSecret] byte[] Bytes,
        [property: AuditSecret] Section Whole,
        [property: AuditSecret] IReadOnlyList<string> Several,
        string Password,
        string? BindPassword,
        IReadOnlyList<string> RecoveryCodes,
        string PasswordHash,
        string AccessToken,
        Section Nested,
        IReadOnlyList<Section> Listed,
        IReadOnlyDictionary<string, string> Named,
        Secret Kept)
    {
        public static Everything With(string secret) => new(
            "plain",
            secret,
            System.Text.Encoding.UTF8.GetBytes(secret),
            new Section(secret, secret),
            [secret, secret],
            secret,
            secret,
            [secret],
            secret,
            secret,
            new Section("plain", secret),
            [new Section("plain", secret)],
            new Dictionary<string, string> { ["size"] = "plain", ["vnc_password"] = secret },
            Secret.Of(secret));
    }
}
